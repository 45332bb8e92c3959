import { setTimeout as delay } from 'node:timers/promises';
import type { HttpService } from './http-service';
import { IDENTITY_HEADER, type IdentitySigner } from './identity';
import type { Logger } from './logger';

/** As many side by side as a service keeps connections open; the second round is to find what is done only once done. */
const AT_ONCE = 4;
const ROUNDS = 2;
/** Somebody waits for the service: what the rehearsal did not reach by then, the first requests will. */
const GIVEN_UP_AFTER_MS = 5_000;
const CALLER = { memberId: 'rehearsal', name: 'Rehearsal', roles: ['member'] } as const;

/**
 * Asks a service that has just started what readers will ask, before it says that it is ready: code is compiled and
 * connections are open when the first of them comes. On half a processor that is a second or more, which they would wait.
 * A rehearsal that fails is logged, and no reason to stay unready: readiness itself says what is missing.
 */
export async function rehearse(
  http: Pick<HttpService, 'inject'>,
  query: string,
  signer: IdentitySigner,
  logger: Logger,
  withinMs = GIVEN_UP_AFTER_MS,
): Promise<void> {
  const payload = JSON.stringify({ query });
  const ask = async (): Promise<void> => {
    const identity = signer.sign(CALLER, payload);
    const { body } = await http.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json', [IDENTITY_HEADER]: identity },
      payload,
    });
    const { errors } = JSON.parse(body) as { readonly errors?: unknown };
    if (errors !== undefined) throw new Error(`the rehearsal was answered ${body}`);
  };
  const enough = new AbortController();
  const allRounds = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS && !enough.signal.aborted; round += 1)
      await Promise.all(Array.from({ length: AT_ONCE }, ask));
  };
  try {
    await Promise.race([allRounds(), delay(withinMs, undefined, { signal: enough.signal })]);
  } catch (error) {
    logger.warn({ err: error }, 'the rehearsal failed');
  } finally {
    enough.abort();
  }
}
