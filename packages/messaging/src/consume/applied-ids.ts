import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { createHash } from 'node:crypto';
import type { ConsumedEvent } from './consumed-event';

/** How many of the last events of a stream a later one of the same number is compared with. */
const KEPT = 64;
/** Six bytes of a digest: two ids are taken for the same one once in 10^14. */
const LENGTH = 8;
/** In place of the digest of an event that was applied before digests were kept, or was given up as missing. */
const UNKNOWN = '.'.repeat(LENGTH);

/** The ids of the events of one stream that a consumer applied last: a digest each, the last of them of `through`. */
export interface AppliedIds {
  readonly through: number;
  readonly digests: string;
}
/** By source, for the streams of one key. */
export type AppliedIdsBySource = Readonly<Record<string, AppliedIds>>;

type Identified = Pick<RentalbookEvent, 'id' | 'sequence'>;

const digestOf = ({ id }: Identified): string => createHash('sha256').update(id).digest('base64url').slice(0, LENGTH);

function withNext(before: AppliedIds | undefined, event: Identified): AppliedIds {
  const between = before ? Math.max(0, event.sequence - before.through - 1) : 0;
  const digests = `${before?.digests ?? ''}${UNKNOWN.repeat(Math.min(between, KEPT))}${digestOf(event)}`;
  return { through: event.sequence, digests: digests.slice(-KEPT * LENGTH) };
}

function isConflict(applied: AppliedIds | undefined, event: Identified): boolean {
  if (!applied) return false;
  const end = applied.digests.length - (applied.through - event.sequence) * LENGTH;
  const digest = end > 0 ? applied.digests.slice(end - LENGTH, end) : UNKNOWN;
  return digest !== UNKNOWN && digest !== digestOf(event);
}

/** The ids that are kept once `news`, events of one key, have been applied in their order. */
export const withAppliedIds = (before: AppliedIdsBySource, news: readonly ConsumedEvent[]): AppliedIdsBySource =>
  news.reduce<AppliedIdsBySource>(
    (kept, { event }) => ({ ...kept, [event.source]: withNext(kept[event.source], event) }),
    before,
  );

/**
 * Those of a run of events of one key that have the number of another event of their source, which was applied before them:
 * their source publishes from an older state of its own, or did not publish both.
 */
export function conflictingIn(run: readonly ConsumedEvent[], before: AppliedIdsBySource): readonly RentalbookEvent[] {
  let reached = before;
  return run.flatMap((one) => {
    const { event } = one;
    const applied = reached[event.source];
    if (applied && event.sequence <= applied.through) return isConflict(applied, event) ? [event] : [];
    reached = withAppliedIds(reached, [one]);
    return [];
  });
}
