import type { Caller } from '@rentalbook/service-kit';
import { isIPv6 } from 'node:net';

/** Of an IPv6 address, the groups that a provider gives to one customer: a /64. */
const NETWORK_GROUPS = 4;

/** By what a caller's share is counted: a member wherever they are, an anonymous caller by address. */
export const callerKeyOf = (caller: Caller | null, address: string): string =>
  caller ? `member:${caller.memberId}` : `address:${networkOf(address)}`;

/** By what requests are counted whose caller is not known: those with a token that is refused, and those for no operation. */
export const unknownKeyOf = (address: string): string => `unknown:${networkOf(address)}`;

/** An IPv4 address as it is, also where it is written as IPv6; of an IPv6 address its network of 64 bits. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const groupsOf = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')];
  const omitted = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(Math.max(0, omitted)).fill('0'), ...after];
  return `${groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
