import { callerKeyOf, networkOf } from '../src/limits/caller-key';

describe('the key by which a caller has a share', () => {
  it('is the member, wherever the request comes from', () => {
    const alice = { memberId: 'alice', name: 'Alice', roles: ['member' as const] };
    expect(callerKeyOf(alice, '192.0.2.1')).toBe('member:alice');
    expect(callerKeyOf(null, '192.0.2.1')).toBe('address:192.0.2.1');
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('of the address %s is that of %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
