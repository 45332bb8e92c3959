import { readEnvironment } from '../src/environment';

describe('the settings of the embedded Kafka', () => {
  const before = { ...process.env };
  beforeEach(() => {
    process.env = { ...before, DATA_DIR: '/data' };
  });
  afterEach(() => {
    process.env = before;
  });

  it.each(['', ' ', '\t', '-1', '65536', '4e3'])('refuse the port %j', (port) => {
    Object.assign(process.env, { PORT: port });
    expect(readEnvironment).toThrow(`Setting PORT: "${port}" is no port; use 1 to 65535.`);
  });

  it.each(['', ' ', '0', '65536'])('refuse to advertise the port %j', (port) => {
    Object.assign(process.env, { ADVERTISED_PORT: port });
    expect(readEnvironment).toThrow(`Setting ADVERTISED_PORT: "${port}" is no port; use 1 to 65535, or leave it out.`);
  });

  it('take any free port', () => {
    Object.assign(process.env, { PORT: '0' });
    expect(readEnvironment()).toMatchObject({ port: 0, advertisedPort: undefined });
  });
});
