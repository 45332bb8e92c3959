import type { TopicReplayer } from '@rentalbook/messaging';
import { retryWhileUnavailable } from '@rentalbook/mongo';
import type { EventLog } from '@rentalbook/read-models';
import { until } from '@rentalbook/timing';
import type { ReadModelVersion } from '../projections/versions/read-model-version';
import type { SequenceGuard } from './sequence-guard';

const COUNT_EVERY_MS = 200;
/** An event that was logged is in the topic by then. */
const SENT_WITHIN_MS = 3_000;

/**
 * How many records the topic does not hold any more: those before its first, or, where it is a new one, those that the event logs have beyond it. An event
 * is logged before it is sent, so the topic may be behind for a moment. Repeats in the topic make up for records that it lost.
 */
export async function missingFrom(
  replayer: TopicReplayer,
  eventLogs: readonly EventLog[],
  signal: AbortSignal,
): Promise<number> {
  const counts = await retryWhileUnavailable(() => Promise.all(eventLogs.map((eventLog) => eventLog.count())), signal);
  const logged = counts.reduce((sum, count) => sum + count, 0);
  let inTopic = 0;
  const goneOrNone = async (): Promise<number | undefined> => {
    const { total, gone } = await replayer.progress();
    inTopic = total;
    return gone > 0 || total >= logged ? gone : undefined;
  };
  const found = await until(goneOrNone, { every: COUNT_EVERY_MS, withinMs: SENT_WITHIN_MS, signal });
  signal.throwIfAborted();
  return found ?? logged - inTopic;
}

interface Target {
  readonly page: ReadModelVersion;
  readonly follow: (events: Parameters<SequenceGuard>[0]) => ReturnType<SequenceGuard>;
}

/** The event logs contain what the topic lost; the rest comes again from the topic and changes nothing. */
export async function readEventLogs(
  { eventLogs, print }: { readonly eventLogs: readonly EventLog[]; readonly print: (line: string) => void },
  { page, follow }: Target,
  keepAlive: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let read = 0;
  for (const eventLog of eventLogs)
    for await (const events of eventLog.batches()) {
      signal.throwIfAborted();
      const next = await follow(events.map((event) => ({ event })));
      await retryWhileUnavailable(() => page.apply(next), signal);
      await keepAlive();
      read += events.length;
    }
  print(`${String(read)} events were read from what the services keep.`);
}
