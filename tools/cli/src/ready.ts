import { directRequest } from '@rentalbook/service-kit/direct-request';
import { systemClock, until, type Clock } from '@rentalbook/timing';
import type { Program } from './service-table';

const POLL_EVERY_MS = 50;
const PATIENCE_MS = 60_000;

/** Waits until every service says that it can do its work; says which does not, and why, once a minute. */
export async function untilReady(
  services: readonly Program[],
  ending: AbortSignal,
  complain: (message: string) => void,
  clock: Clock = systemClock,
): Promise<void> {
  let complainAt = clock.now() + PATIENCE_MS;
  let waiting = services;
  const allReady = async (): Promise<true | undefined> => {
    const answers = await Promise.all(waiting.map(async (service) => ({ service, reason: await unready(service) })));
    const unreadyOnes = answers.filter(({ reason }) => reason !== undefined);
    if (clock.now() > complainAt) {
      complainAt += PATIENCE_MS;
      for (const { service, reason } of unreadyOnes) complain(`${service.name} is not ready: ${reason ?? ''}`);
    }
    waiting = unreadyOnes.map(({ service }) => service);
    return waiting.length === 0 || undefined;
  };
  await until(allReady, { every: POLL_EVERY_MS, signal: ending, clock });
}

async function unready({ port }: Program): Promise<string | undefined> {
  try {
    const { status, text } = await directRequest(`http://localhost:${String(port)}/readyz`, {
      signal: AbortSignal.timeout(2_000),
    });
    return status === 200 ? undefined : text;
  } catch {
    return 'it does not answer yet';
  }
}

type Link = readonly [title: string, address: string];

/** The addresses and tokens after a start; in production there is no IDE. `links` are the addresses of what `--observe` started. */
export function welcome(
  { url, hasIde }: { readonly url: string; readonly hasIde: boolean },
  tokens: { member: string; librarian: string },
  tookMs: number,
  links: readonly Link[] = [],
): string {
  const ide: readonly Link[] = hasIde ? [['IDE', new URL('/', url).href]] : [];
  const all: readonly Link[] = [['GraphQL', url], ...ide, ...links];
  const width = Math.max(...all.map(([title]) => title.length)) + 3;
  return `
rentalbook is ready after ${(tookMs / 1_000).toFixed(1)} s.

${all.map(([title, address]) => `  ${title.padEnd(width)}${address}`).join('\n')}

A member's token (alice):
${tokens.member}

A librarian's token (libby):
${tokens.librarian}

Both are good for 24 hours; "npm run --silent token -- bob" prints another. Next, in a second terminal:
  npm run demo
  curl -s ${url} -H 'content-type: application/json' -d '{"query":"{ books(first: 1) { edges { node { id title statusText availableCopies queueLength } } } }"}'

`;
}
