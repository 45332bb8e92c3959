import { readBatches, type BatchReader, type KafkaSettings } from '@rentalbook/messaging';
import type { Connection } from 'mongoose';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { collectionOf, groupSuffixOf, pageVersion, views } from '../projections/versions/page-version';
import { versionPointerIn } from '../projections/versions/version-pointer';
import { compareVersions, type Difference } from './compare';
import { createStreamCheck } from './whole-streams';

export interface RebuildOptions extends KafkaSettings {
  readonly connection: Connection;
  readonly topic: string;
  /** The consumer group of the service; the new version's is named after it. */
  readonly group: string;
  readonly verifyOnly: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** The rebuilt page is another than the live one; the message says where. */
export class PagesDiffer extends Error {
  override readonly name = 'PagesDiffer';
}

const TOLD_EVERY_MS = 1_000;
/** How long documents that are being written may differ. */
const AGREE_WITHIN_MS = 20_000;
const SHOWN_CHARACTERS = 300;

/**
 * Builds a new version of the page from the beginning of the topic, beside the live one, and has it read once it is
 * level and the same. Whatever ends it before that leaves the live page as it was and removes the new one; what a
 * killed rebuild leaves behind is removed by the next. Throws RebuildRefused, TopicTruncated and {@link PagesDiffer}.
 */
export async function rebuildPage(options: RebuildOptions): Promise<void> {
  const { connection, say, verifyOnly, signal } = options;
  const pointer = versionPointerIn(connection);
  const owner = randomUUID();
  await pointer.prepare();
  const { active, version, abandoned } = await pointer.claim(owner);
  if (abandoned !== undefined) await dropVersion(connection, abandoned);

  const failure = new AbortController();
  const fail = (error: unknown): void => {
    failure.abort(error);
  };
  const over = AbortSignal.any([signal, failure.signal]);
  let reader: BatchReader | undefined;
  let switched = false;
  try {
    const page = pageVersion(connection, version);
    await page.prepare();
    const check = createStreamCheck();
    reader = await readBatches({
      ...options,
      groupId: `${options.group}${groupSuffixOf(version)}`,
      async handle(events) {
        over.throwIfAborted();
        check(events);
        await page.apply(events);
      },
      onFailure: fail,
    });
    const keepAlive = () => pointer.keep(owner);
    await untilLevel(reader, keepAlive, over, say);
    await untilSame(connection, active, version, keepAlive, over, say);
    if (verifyOnly) say('The rebuilt page and the live one are the same; nothing was switched.');
    else {
      over.throwIfAborted();
      await pointer.switchTo(owner, version, active);
      switched = true;
      say(`Switched from version ${String(active)} to ${String(version)}; the old one is kept.`);
    }
  } finally {
    await reader?.close();
    if (!switched) {
      await dropVersion(connection, version);
      await pointer.release(owner);
      await reader?.removeGroup();
    }
  }
}

async function untilLevel(
  reader: BatchReader,
  keepAlive: () => Promise<void>,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const { total, left } = await reader.progress();
    const done = total - left;
    const seconds = (performance.now() - startedAt) / 1_000;
    say(`${String(done)} of ${String(total)} events, ${String(Math.round(done / Math.max(seconds, 0.001)))} a second`);
    if (left <= 0) return;
    await keepAlive();
    await delay(TOLD_EVERY_MS, undefined, { signal });
  }
}

async function untilSame(
  connection: Connection,
  active: number,
  version: number,
  keepAlive: () => Promise<void>,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const giveUpAt = performance.now() + AGREE_WITHIN_MS;
  for (;;) {
    const { differences, summaries } = await compareVersions(connection, active, version);
    if (differences.length === 0) {
      for (const { view, documents, checksum } of summaries) say(`${view}: ${String(documents)}, checksum ${checksum}`);
      return;
    }
    if (performance.now() > giveUpAt) throw new PagesDiffer(describe(differences));
    await keepAlive();
    await delay(TOLD_EVERY_MS, undefined, { signal });
  }
}

const describe = (differences: readonly Difference[]): string =>
  [
    'The rebuilt page differs from the live one; nothing was switched. The first that differ:',
    ...differences.map(
      ({ view, id, live, rebuilt }) =>
        `  ${view} ${id}\n    live:    ${live.slice(0, SHOWN_CHARACTERS)}\n    rebuilt: ${rebuilt.slice(0, SHOWN_CHARACTERS)}`,
    ),
  ].join('\n');

async function dropVersion(connection: Connection, version: number): Promise<void> {
  for (const view of views) await connection.dropCollection(collectionOf(version, view));
}
