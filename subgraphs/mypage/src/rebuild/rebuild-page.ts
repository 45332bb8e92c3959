import { ExplainedError } from '@rentalbook/messaging/explained-error';
import type { EventLog } from '@rentalbook/read-models';
import { retryWhileUnavailable } from '@rentalbook/mongo';
import { openTopicReplayer, type TopicReplayer, type TopicReplayerOptions } from '@rentalbook/messaging';
import { until } from '@rentalbook/timing';
import { randomUUID } from 'node:crypto';
import { groupSuffixOf, readModelVersion, type ReadModelVersion } from '../projections/versions/read-model-version';
import { versionPointerIn } from '../projections/versions/version-pointer';
import { type Behind, compareAgain, compareVersions, type Compared, type Difference } from './compare';
import { dropVersion, type DropOptions } from './drop-versions';
import { discardedMessages } from './discarded-messages';
import { missingFrom, readEventLogs } from './event-logs';
import { createSequenceGuard, type GapPolicy } from './sequence-guard';

export interface RebuildOptions extends DropOptions, Pick<TopicReplayerOptions, 'signatures'> {
  readonly topic: string;
  /** The event logs of the services, for a topic that no longer has all of its records. */
  readonly eventLogs: readonly EventLog[];
  readonly verifyOnly: boolean;
  /** Whether a rebuilt page that differs replaces the live one, because the live one is wrong; never one that has applied less. */
  readonly acceptDifferences: boolean;
  /** Milliseconds after the first comparison for which documents may differ because they are being written. */
  readonly patienceMs?: number;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** How many events were read from the topic until the new version had caught up, and how long that took. */
export interface Built {
  readonly events: number;
  readonly seconds: number;
}

/** The rebuilt page differs from the live one; the message names the documents. */
export class PagesDiffer extends ExplainedError {
  override readonly name = 'PagesDiffer';
}

const PROGRESS_EVERY_MS = 1_000;
const PATIENCE_MS = 20_000;
const COMPARE_EVERY_MS = 200;
const SHOWN_CHARACTERS = 300;

/**
 * Builds a new version of the page from the beginning of the topic, beside the live one, and switches to it once it has
 * caught up and is the same. The event logs of the services are read first where the topic lost records, and where differences
 * are accepted: they have what Kafka lost before the live page had read it.
 * A failure before the switch leaves the live page as it was and removes the new version; the next rebuild removes what a
 * killed one leaves behind. Throws RebuildRefused, Unsettled, StreamBroken and {@link PagesDiffer}.
 */
export async function rebuildPage(options: RebuildOptions): Promise<Built> {
  const { connection, group, print, verifyOnly, signal } = options;
  const pointer = versionPointerIn(connection);
  const owner = randomUUID();
  await pointer.prepare();
  const { active, version, abandoned } = await pointer.claim(owner);

  const failure = new AbortController();
  const fail = (error: unknown): void => {
    failure.abort(error);
  };
  const over = AbortSignal.any([signal, failure.signal]);
  let replayer: TopicReplayer | undefined;
  let switched = false;
  try {
    if (abandoned !== undefined) await dropVersion(options, abandoned);
    const settled = discardedMessages(connection, group, active);
    await settled.load();
    const live = readModelVersion(connection, active);
    const page = readModelVersion(connection, version);
    await page.prepare();
    const follow = createSequenceGuard();
    let gaps = settledGaps(live);
    replayer = await openTopicReplayer({
      ...options,
      groupId: `${group}${groupSuffixOf(version)}`,
      async handle(messages) {
        over.throwIfAborted();
        const consumed = await settled.consumed(messages);
        const next = await retryWhileUnavailable(() => follow(consumed, gaps), over);
        await retryWhileUnavailable(() => page.apply(next), over);
      },
      onFailure: fail,
    });
    const keepAlive = () => retryWhileUnavailable(() => pointer.keep(owner), over);
    const gone = await missingFrom(replayer, options.eventLogs, over);
    // The live page has applied the records that are gone, so its checkpoints prove nothing here.
    if (gone > 0) gaps = noGap(gone);
    if (gone > 0 || options.acceptDifferences) {
      const logGaps = gone > 0 ? gaps : filledByTopic;
      await readEventLogs(options, { page, follow: (events) => follow(events, logGaps) }, keepAlive, over);
    }
    await replayer.start();
    const built = await untilLevel(replayer, keepAlive, over, print);
    const same = await untilSame(options, { active, version }, keepAlive, over);
    over.throwIfAborted();
    if (verifyOnly) print('The rebuilt page and the live one are the same; nothing was switched.');
    else {
      await pointer.switchTo(owner, version, active);
      switched = true;
      const and = same ? '' : ', although they differ';
      print(`Switched from version ${String(active)} to ${String(version)}${and}; the old one is kept.`);
    }
    return built;
  } catch (error) {
    // The failure explains more than the wait that it aborted.
    failure.signal.throwIfAborted();
    throw error;
  } finally {
    await replayer?.close();
    // A switch whose answer was lost may have been made.
    if (!switched && (await pointer.read()).active !== version) {
      await dropVersion(options, version);
      await pointer.release(owner);
    }
  }
}

/** A gap was settled where the live page has consumed what is behind it. */
const settledGaps = ({ hasConsumed }: ReadModelVersion): GapPolicy => ({
  decide: async (event) => ((await hasConsumed(event)) ? 'apply' : 'refuse'),
  remedy: 'settle the key with "npm run dead-letters", then rebuild.',
});
const noGap = (gone: number): GapPolicy => ({
  decide: () => Promise.resolve('refuse'),
  remedy: `${String(gone)} records of the topic are gone, and the services do not keep them: mypage cannot be rebuilt.`,
});
/** An event log may begin later than the topic: a release before kept none. */
const filledByTopic: GapPolicy = { decide: () => Promise.resolve('leave out'), remedy: '' };

async function untilLevel(
  replayer: TopicReplayer,
  keepAlive: () => Promise<void>,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<Built> {
  const startedAt = performance.now();
  const build = async (): Promise<Built | undefined> => {
    const { total, left } = await replayer.progress();
    const done = total - left;
    const seconds = (performance.now() - startedAt) / 1_000;
    print(
      `${String(done)} of ${String(total)} events, ${String(Math.round(done / Math.max(seconds, 0.001)))} a second`,
    );
    if (left <= 0) return { events: done, seconds };
    await keepAlive();
    return undefined;
  };
  const built = await until(build, { every: PROGRESS_EVERY_MS, signal });
  signal.throwIfAborted();
  if (!built) throw new Error('the rebuild ended before the new version was level');
  return built;
}

/**
 * Resolves to whether the two versions are the same: they need not be where differences are accepted. Throws {@link PagesDiffer} where
 * they are not, and also where the new version has applied less of a stream than the live one.
 */
async function untilSame(
  { connection, patienceMs = PATIENCE_MS, acceptDifferences, verifyOnly, print }: RebuildOptions,
  { active, version }: { active: number; version: number },
  keepAlive: () => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  const first = await retryWhileUnavailable(() => compareVersions(connection, active, version, keepAlive), signal);
  let found: Compared = first;
  const same = async (): Promise<true | undefined> => {
    const { suspects } = found;
    if (suspects.length === 0) return true;
    await keepAlive();
    found = await retryWhileUnavailable(() => compareAgain(connection, active, version, suspects), signal);
    return found.suspects.length === 0 || undefined;
  };
  const isSame = await until(same, { every: COMPARE_EVERY_MS, withinMs: patienceMs, signal });
  signal.throwIfAborted();
  if (isSame) {
    for (const { view, documents, checksum } of first.summaries)
      print(`${view}: ${String(documents)}, checksum ${checksum}`);
    return true;
  }
  const differ = 'The rebuilt page differs from the live one';
  const isAccepted = acceptDifferences && !verifyOnly;
  if (!isAccepted || found.behind.length > 0)
    throw new PagesDiffer(
      `${differ}${isAccepted ? notAccepted(found.behind) : ''}; nothing was switched. ${describe(found.differences)}`,
    );
  print(`${differ}. ${describe(found.differences)}`);
  return false;
}

function notAccepted([first, ...more]: readonly Behind[]): string {
  if (!first) return '';
  const others = more.length > 0 ? `, and behind in ${String(more.length)} more` : '';
  return `, and --accept-differences does not apply: it is at event ${String(first.rebuilt)} of ${first.stream}, where the live one is at ${String(first.live)}${others}, so that members would lose what they have seen`;
}

const describe = (differences: readonly Difference[]): string =>
  [
    'The first that differ:',
    ...differences.map(
      ({ view, id, live, rebuilt }) =>
        `  ${view} ${id}\n    live:    ${live.slice(0, SHOWN_CHARACTERS)}\n    rebuilt: ${rebuilt.slice(0, SHOWN_CHARACTERS)}`,
    ),
  ].join('\n');
