import { outlast, type EventArchive } from '@rentalbook/aggregate-store';
import { openBatchReader, type BatchReader, type BatchReaderOptions } from '@rentalbook/messaging';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { groupSuffixOf, pageVersion, type PageVersion } from '../projections/versions/page-version';
import { versionPointerIn } from '../projections/versions/version-pointer';
import { compareAgain, compareVersions, type Compared, type Difference } from './compare';
import { dropVersion, type DropOptions } from './drop-versions';
import { settledMessages } from './settled-messages';
import { followStreams } from './whole-streams';

export interface RebuildOptions extends DropOptions, Pick<BatchReaderOptions, 'signatures'> {
  readonly topic: string;
  /** What each service keeps of its streams, for a topic that no longer has its first records. */
  readonly archives: readonly EventArchive[];
  readonly verifyOnly: boolean;
  /** Whether a rebuilt page that differs from the live one takes its place: the live one is what is wrong then. */
  readonly acceptDifferences: boolean;
  /** Milliseconds after the first look at all for which documents may differ that are being written. */
  readonly patienceMs?: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** How much was read from the topic until the new version was level, and how long that took. */
export interface Built {
  readonly events: number;
  readonly seconds: number;
}

/** The rebuilt page is another than the live one; the message says where. */
export class PagesDiffer extends Error {
  override readonly name = 'PagesDiffer';
}

const TOLD_EVERY_MS = 1_000;
const PATIENCE_MS = 20_000;
const LOOK_AGAIN_EVERY_MS = 200;
const SHOWN_CHARACTERS = 300;

/**
 * Builds a new version of the page from the beginning of the topic, beside the live one, and has it read once it is
 * level and the same. A topic that lost its first records is read after what the services keep of their streams.
 * Whatever ends it before that leaves the live page as it was and removes the new one; what a killed rebuild leaves
 * behind is removed by the next. Throws RebuildRefused, Unsettled, StreamBroken and {@link PagesDiffer}.
 */
export async function rebuildPage(options: RebuildOptions): Promise<Built> {
  const { connection, group, say, verifyOnly, signal } = options;
  const pointer = versionPointerIn(connection);
  const owner = randomUUID();
  await pointer.prepare();
  const { active, version, abandoned } = await pointer.claim(owner);

  const failure = new AbortController();
  const fail = (error: unknown): void => {
    failure.abort(error);
  };
  const over = AbortSignal.any([signal, failure.signal]);
  let reader: BatchReader | undefined;
  let switched = false;
  try {
    if (abandoned !== undefined) await dropVersion(options, abandoned);
    const settled = settledMessages(connection, group, active);
    await settled.load();
    const live = pageVersion(connection, active);
    const page = pageVersion(connection, version);
    await page.prepare();
    let follow = followStreams(live.hasConsumed, SETTLE);
    reader = await openBatchReader({
      ...options,
      groupId: `${group}${groupSuffixOf(version)}`,
      async handle(messages) {
        over.throwIfAborted();
        const consumed = await settled.consumed(messages);
        const next = await outlast(() => follow(consumed), over);
        await outlast(() => page.apply(next), over);
      },
      onFailure: fail,
    });
    const keepAlive = () => outlast(() => pointer.keep(owner), over);
    const { gone } = await reader.progress();
    if (gone > 0) {
      // The live page has applied what is gone, so its checkpoints prove nothing here.
      follow = followStreams(never, cannotBeRebuilt(gone));
      await readArchives(options, page, follow, keepAlive, over);
    }
    await reader.start();
    const built = await untilLevel(reader, keepAlive, over, say);
    // What nobody keeps any more must not be taken for a mistake of the live page.
    const mayDiffer = options.acceptDifferences && !verifyOnly && gone === 0;
    const same = await untilSame(options, { active, version, mayDiffer }, keepAlive, over);
    over.throwIfAborted();
    if (verifyOnly) say('The rebuilt page and the live one are the same; nothing was switched.');
    else {
      await pointer.switchTo(owner, version, active);
      switched = true;
      const and = same ? '' : ', although they differ';
      say(`Switched from version ${String(active)} to ${String(version)}${and}; the old one is kept.`);
    }
    return built;
  } catch (error) {
    // A wait that was aborted says less than what ended it.
    failure.signal.throwIfAborted();
    throw error;
  } finally {
    await reader?.close();
    // A switch whose answer was lost may have been made.
    if (!switched && (await pointer.read()).active !== version) {
      await dropVersion(options, version);
      await pointer.release(owner);
    }
  }
}

const SETTLE = 'settle the key with "npm run dead-letters", then rebuild.';
const cannotBeRebuilt = (gone: number): string =>
  `${String(gone)} records of the topic are gone, and the services do not keep them: mypage cannot be rebuilt.`;
const never = (): Promise<boolean> => Promise.resolve(false);

/** What the topic lost is among what the services keep; the rest comes again from the topic and changes nothing. */
async function readArchives(
  { archives, say }: RebuildOptions,
  page: PageVersion,
  follow: ReturnType<typeof followStreams>,
  keepAlive: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let read = 0;
  for (const archive of archives)
    for await (const events of archive.batches()) {
      signal.throwIfAborted();
      const next = await follow(events.map((event) => ({ event })));
      await outlast(() => page.apply(next), signal);
      await keepAlive();
      read += events.length;
    }
  say(`The topic lost its first records; ${String(read)} events were read from what the services keep.`);
}

async function untilLevel(
  reader: BatchReader,
  keepAlive: () => Promise<void>,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Built> {
  const startedAt = performance.now();
  for (;;) {
    const { total, left } = await reader.progress();
    const done = total - left;
    const seconds = (performance.now() - startedAt) / 1_000;
    say(`${String(done)} of ${String(total)} events, ${String(Math.round(done / Math.max(seconds, 0.001)))} a second`);
    if (left <= 0) return { events: done, seconds };
    await keepAlive();
    await delay(TOLD_EVERY_MS, undefined, { signal });
  }
}

/** Resolves to whether the two versions are the same: they need not be where differences are accepted. */
async function untilSame(
  { connection, patienceMs = PATIENCE_MS, say }: RebuildOptions,
  { active, version, mayDiffer }: { active: number; version: number; mayDiffer: boolean },
  keepAlive: () => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  const first = await outlast(() => compareVersions(connection, active, version, keepAlive), signal);
  const giveUpAt = performance.now() + patienceMs;
  let found: Compared = first;
  while (found.suspects.length > 0 && performance.now() <= giveUpAt) {
    await keepAlive();
    await delay(LOOK_AGAIN_EVERY_MS, undefined, { signal });
    const { suspects } = found;
    found = await outlast(() => compareAgain(connection, active, version, suspects), signal);
  }
  if (found.suspects.length === 0) {
    for (const { view, documents, checksum } of first.summaries)
      say(`${view}: ${String(documents)}, checksum ${checksum}`);
    return true;
  }
  const differ = 'The rebuilt page differs from the live one';
  if (!mayDiffer) throw new PagesDiffer(`${differ}; nothing was switched. ${describe(found.differences)}`);
  say(`${differ}. ${describe(found.differences)}`);
  return false;
}

const describe = (differences: readonly Difference[]): string =>
  [
    'The first that differ:',
    ...differences.map(
      ({ view, id, live, rebuilt }) =>
        `  ${view} ${id}\n    live:    ${live.slice(0, SHOWN_CHARACTERS)}\n    rebuilt: ${rebuilt.slice(0, SHOWN_CHARACTERS)}`,
    ),
  ].join('\n');
