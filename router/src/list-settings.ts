import { withoutCredentials } from '@rentalbook/event-contracts/printable-text';
import { isIPv6 } from 'node:net';
import { z } from 'zod';

/** What an entry of a list means, or why it would never match. */
type Read = (entry: string) => { readonly value: string } | { readonly fault: string };

const listOf = (read: Read) =>
  z.string().transform((list, context) =>
    list.split(',').map((given) => {
      const entry = given.trim();
      const result = read(entry);
      if ('value' in result) return result.value;
      context.addIssue(`"${withoutCredentials(entry)}" ${result.fault}`);
      return z.NEVER;
    }),
  );

/** An IPv6 address in brackets, or a name or IPv4 address: nothing that a URL has beside its host, and no pattern. */
const HOST_ALONE = /^(\[[^[\]]*\]|[^\s/\\?#@:*%[\]]+)$/;

/** Names and addresses of hosts, as a browser writes them into the Host header without the port. */
export const hostList = listOf((entry) => {
  const host = isIPv6(entry) ? `[${entry}]` : entry;
  const url = `http://${host}`;
  if (HOST_ALONE.test(host) && URL.canParse(url)) return { value: new URL(url).hostname };
  return {
    fault:
      'is not the name or the address of a host alone, such as library.example or [::1]; leave out scheme, port, path and patterns',
  };
});

/** Origins, exactly as browsers write them into the header of that name. */
export const originList = listOf((entry) => {
  const origin = originOf(entry);
  if (origin === entry) return { value: entry };
  const remedy = origin ? `write ${origin}` : 'list each origin with its scheme, such as https://app.example';
  return { fault: `is not an origin as browsers send it; ${remedy}` };
});

function originOf(address: string): string | undefined {
  if (!URL.canParse(address) || address.includes('*')) return undefined;
  const { origin, protocol, host } = new URL(address);
  // Of applications with a scheme of their own, such as capacitor://localhost, a URL does not say the origin.
  if (origin === 'null') return host === '' ? undefined : `${protocol}//${host}`;
  return origin;
}
