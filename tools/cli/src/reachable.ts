import { withoutCredentials } from '@rentalbook/event-contracts/printable-text';
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { until } from '@rentalbook/timing';

/** Whether something accepts connections there, within `ms` milliseconds. */
export async function accepts(host: string, port: number, ms = 1_000): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(ms) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Waits until something accepts connections on a port of this machine. */
export async function untilAccepts(port: number, signal: AbortSignal): Promise<void> {
  await until(async () => (await accepts('127.0.0.1', port)) || undefined, { every: 25, signal });
}

/** Why a service of ours could not listen on the port; undefined when it could. */
export async function portFault(port: number): Promise<'in use' | 'not allowed' | undefined> {
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer();
    try {
      server.listen({ port, host });
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EACCES') return 'not allowed';
      // A machine without IPv6 has nothing that could be in the way there.
      if (code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT') return 'in use';
    }
  }
  return undefined;
}

/** Whether a service of ours could listen on the port. */
export const isFree = async (port: number): Promise<boolean> => (await portFault(port)) === undefined;

const DEFAULT_PORTS = { mongo: 27_017, kafka: 9_092 };

/** The hosts of a MongoDB connection string or a list of brokers that are valid. */
export function hostsOf(address: string): readonly { readonly host: string; readonly port: number }[] {
  const defaultPort = DEFAULT_PORTS[address.startsWith('mongodb://') ? 'mongo' : 'kafka'];
  const list =
    address
      .replace(/^mongodb:\/\//, '')
      .replace(/^[^@/]*@/, '')
      .split(/[/?]/)[0] ?? '';
  return list.split(',').flatMap((entry) => {
    const url = `tcp://${entry}`;
    if (!URL.canParse(url)) return [];
    const { hostname, port } = new URL(url);
    // A socket takes an IPv6 address without its brackets.
    return [{ host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? defaultPort : Number(port) }];
  });
}

/** The reason, for the user, why an engine that the environment names cannot be used; undefined when it can. */
export async function unreachable(engine: string, setting: string, address: string): Promise<string | undefined> {
  if (address.startsWith('mongodb+srv://')) return undefined;
  const answers = await Promise.all(hostsOf(address).map(({ host, port }) => accepts(host, port, 3_000)));
  if (answers.some((answer) => answer)) return undefined;
  return `${engine} at ${withoutCredentials(address)} cannot be reached; start it, or unset ${setting} to use the embedded one.`;
}
