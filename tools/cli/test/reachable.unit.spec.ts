import { hostsOf } from '../src/reachable';

describe('the hosts of an address', () => {
  it.each([
    ['mongodb://[::1]:27018/library', [{ host: '::1', port: 27_018 }]],
    [
      'mongodb://[fe80::2],localhost:27019',
      [
        { host: 'fe80::2', port: 27_017 },
        { host: 'localhost', port: 27_019 },
      ],
    ],
    [
      'mongodb://user:pass%40word@mongo-0:27017,mongo-1/library?tls=true',
      [
        { host: 'mongo-0', port: 27_017 },
        { host: 'mongo-1', port: 27_017 },
      ],
    ],
    [
      'kafka-0:9092,kafka-1:9093',
      [
        { host: 'kafka-0', port: 9_092 },
        { host: 'kafka-1', port: 9_093 },
      ],
    ],
    [
      'kafka-0,[::1]',
      [
        { host: 'kafka-0', port: 9_092 },
        { host: '::1', port: 9_092 },
      ],
    ],
  ])('%s', (address, hosts) => {
    expect(hostsOf(address)).toEqual(hosts);
  });

  it('are without those that no connection can be made to', () => {
    expect(hostsOf('kafka-0:70000,kafka-1:9092')).toEqual([{ host: 'kafka-1', port: 9_092 }]);
  });
});
