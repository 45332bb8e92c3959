import { withoutCredentials } from '@rentalbook/event-contracts/printable-text';
import { directRequest, isLoopback, textWithin, unavailable } from '@rentalbook/service-kit';
import { timeLimit } from '@rentalbook/timing';
import { errors } from 'jose';
import { parseKeySet, type KeyOf, type KeySetOptions, type OpenKeys } from './key-set';

const FETCH_TIMEOUT_MS = 3_000;
/** Keys are fetched again after this time, and beside requests: none waits for it. */
const FRESH_MS = 10 * 60 * 1_000;
/** For how long the last good keys are used while the issuer does not answer. */
const STALE_MS = 12 * 60 * 60 * 1_000;
/** Between two attempts when the last one failed, and when a token names a key that the set does not have. */
const AFTER_FAILURE_MS = 5_000;
const UNKNOWN_KEY_MS = 30_000;
/** Bytes of an answer: a set of a hundred keys is smaller. */
const ANSWER_LIMIT = 100_000;

interface Fetched {
  readonly keys: KeyOf;
  readonly at: number;
}

/**
 * The keys that an issuer publishes. They are fetched when first needed, again every ten minutes, and when a token names an
 * unknown key, at most every 30 seconds. While the issuer does not answer, the last keys stay in use for twelve hours.
 */
export function openRemoteKeys(url: string, { logger, clock }: KeySetOptions): OpenKeys {
  let fetched: Fetched | undefined;
  let attemptedAt = -Infinity;
  let failed = false;
  let fetching: Promise<void> | undefined;

  const attempt = async (): Promise<void> => {
    attemptedAt = clock.now();
    const limit = timeLimit(clock, FETCH_TIMEOUT_MS);
    try {
      fetched = { keys: parseKeySet(await fetchText(url, limit.signal)), at: clock.now() };
      failed = false;
    } catch (error) {
      failed = true;
      // fetch names the address in an error about it.
      const reason = String(error).replaceAll(url, withoutCredentials(url));
      logger.warn({ reason, url: withoutCredentials(url) }, 'the keys that tokens are checked with cannot be fetched');
    } finally {
      limit.clear();
      fetching = undefined;
    }
  };
  /** Does nothing within `pauseMs` of the last attempt, and joins one that is under way. */
  const refresh = (pauseMs: number): Promise<void> => {
    const pause = failed ? AFTER_FAILURE_MS : pauseMs;
    if (!fetching && clock.now() - attemptedAt < pause) return Promise.resolve();
    return (fetching ??= attempt());
  };
  const usable = (): Fetched => {
    if (fetched && clock.now() - fetched.at < STALE_MS) return fetched;
    throw cannotTell();
  };

  const keyOf: KeyOf = async (header) => {
    if (!fetched || clock.now() - fetched.at >= STALE_MS) await refresh(0);
    else if (clock.now() - fetched.at >= FRESH_MS) void refresh(0);
    try {
      return await usable().keys(header);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh(UNKNOWN_KEY_MS);
      if (failed) throw cannotTell();
      return usable().keys(header);
    }
  };
  return {
    keyOf,
    // Without a failure they are as good as new: they are not fetched while no token comes.
    secondsLeft: () => (failed ? Math.max(0, (fetched?.at ?? -Infinity) + STALE_MS - clock.now()) : STALE_MS) / 1_000,
  };
}

const cannotTell = () => unavailable('TOKEN_KEYS_UNREACHABLE', {});

/** An issuer on this machine is called directly; one elsewhere may be behind the proxy that the environment names. */
async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const headers = { accept: 'application/jwk-set+json, application/json' };
  const { status, text } = isLoopback(url)
    ? await directRequest(url, { signal, headers, answerLimit: ANSWER_LIMIT })
    : await answerOf(await fetch(url, { signal, headers, redirect: 'error' }));
  if (status !== 200) throw new Error(`the issuer answered with status ${String(status)}`);
  return text;
}

async function answerOf({ status, body }: Response): Promise<{ readonly status: number; readonly text: string }> {
  return { status, text: body ? await textWithin(ANSWER_LIMIT, body as AsyncIterable<Uint8Array>) : '' };
}
