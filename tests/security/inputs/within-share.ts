import { setTimeout as delay } from 'node:timers/promises';

export interface Share<Answer> {
  /** Milliseconds until the caller has a share again; undefined for an answer that is not OVERLOADED. */
  readonly retryAfterMs: (answer: Answer) => number | undefined;
  /** Further requests while the answer is OVERLOADED. */
  readonly retries: number;
}

/** The answer once the caller has a share of the router again: OVERLOADED says nothing of the request. */
export async function withinShare<Answer>(
  send: () => Promise<Answer>,
  { retryAfterMs, retries }: Share<Answer>,
): Promise<Answer> {
  for (let sent = 0; ; sent += 1) {
    const answer = await send();
    const waitMs = retryAfterMs(answer);
    if (waitMs === undefined || sent === retries) return answer;
    await delay(waitMs);
  }
}
