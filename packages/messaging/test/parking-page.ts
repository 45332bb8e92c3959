import type { EventOf, RentalbookEvent } from '@rentalbook/event-contracts';
import type { ReceivedMessage } from '../src/dead-letters/dead-letters';
import { keyOf } from '../src/consume/consumed-event';
import { createMessageHandler } from '../src/consume/message-handler';
import { unsigned } from '../src/publish/event-signature';
import { noopMetrics } from '../src';
import { replayMessages, waitingDeadLetters } from '../src/replay/replay';
import { nextOf } from '../src/consume/stream-gap';
import type { ConsumedEvent } from '../src/consume/consumed-event';
import { parkedKeysInMemory, silent, topicsInMemory } from './support';

class EngineAway extends Error {}
class Killed extends Error {}

export const KEYS = ['book-a', 'book-b', 'book-c'];
const SOURCE = 'book';

export function withdrawn(key: string, sequence: number): EventOf<'Withdrawn'> {
  return {
    id: '0198f3a0-9999-7000-8000-000000000001',
    source: SOURCE,
    eventType: 'Withdrawn',
    timestamp: '2026-03-02T09:30:00.000Z',
    schemaVersion: 1,
    key,
    sequence,
    correlationId: 'test',
    actor: 'libby',
    data: { bookId: key, copyId: `copy-${String(sequence)}`, reason: 'worn' },
  };
}

/** The messages of one key that stand first. */
function nextRun(messages: readonly ReceivedMessage[]): readonly ReceivedMessage[] {
  const until = messages.findIndex(({ key }) => key !== messages[0]?.key);
  return until < 0 ? messages : messages.slice(0, until);
}

interface Applied {
  readonly key: string;
  readonly sequence: number;
  readonly discarded: boolean;
}

/** Applies the events of one key that are new; throws at one that is broken, unless it was discarded. */
function applyNews(
  run: readonly ConsumedEvent[],
  checkpoints: Map<string, number>,
  broken: ReadonlySet<string>,
  applied: Applied[],
): Promise<readonly RentalbookEvent[]> {
  const key = run[0]?.event.key ?? '';
  const news = nextOf(run, { [SOURCE]: checkpoints.get(key) ?? 0 });
  const isBroken = ({ event, discarded }: ConsumedEvent): boolean =>
    broken.has(`${event.key} ${String(event.sequence)}`) && discarded !== true;
  if (news.some(isBroken)) throw new TypeError('a bug');
  for (const { event, discarded } of news) {
    checkpoints.set(key, event.sequence);
    applied.push({ key, sequence: event.sequence, discarded: discarded === true });
  }
  return Promise.resolve([]);
}

/** A process that may die before and after each of its writes. */
function createLife(killAt: ReadonlySet<number>) {
  let steps = 0;
  let isDead = false;
  const dieAt = (point: number): void => {
    isDead ||= killAt.has(point);
    if (isDead) throw new Killed();
  };
  return {
    isDead: (): boolean => isDead,
    begin(): void {
      isDead = false;
    },
    /** Every write is a step; the process may die before or after it, and writes nothing any more once it is dead. */
    async step<T>(write: () => Promise<T>): Promise<T> {
      steps += 1;
      dieAt(steps * 2);
      const result = await write();
      dieAt(steps * 2 + 1);
      return result;
    },
  };
}

/** One consumer of one partition that dies at the chosen crash points, and starts again from what it committed. */
export function library() {
  const topics = topicsInMemory();
  const parkedKeys = parkedKeysInMemory();
  const checkpoints = new Map<string, number>();
  const applied: Applied[] = [];
  const faults = { broken: new Set<string>(), killAt: new Set<number>() };
  let committed = 0;
  const life = createLife(faults.killAt);
  const { step } = life;
  const handle = (run: readonly ConsumedEvent[]): Promise<readonly RentalbookEvent[]> =>
    step(async () => applyNews(run, checkpoints, faults.broken, applied));
  const handler = createMessageHandler({
    brokers: [],
    clientId: 'page',
    log: silent,
    topic: 'rentalbook',
    groupId: 'page',
    metrics: noopMetrics,
    signatures: unsigned,
    publisher: { ...topics, publish: (topic, messages) => step(() => topics.publish(topic, messages)) },
    parkedKeys: { ...parkedKeys, save: (before, after) => step(() => parkedKeys.save(before, after)) },
    handle,
    isTransient: (error) => error instanceof EngineAway,
    onFatal: () => undefined,
  });

  const recordOf = async (message: ReceivedMessage) => (await parkedKeys.find('page', 0, [keyOf(message)]))[0];
  const together = async (run: readonly ReceivedMessage[]): Promise<ReadonlySet<ReceivedMessage>> => {
    const [first] = run;
    if (!first) return new Set();
    try {
      return await handler.processBatch(run, await recordOf(first));
    } catch (error) {
      if (life.isDead()) throw error;
      return new Set();
    }
  };

  return {
    topics,
    parkedKeys,
    applied,
    faults,
    publish: (key: string, value: string) =>
      topics.publish('rentalbook', [{ key, value, headers: { 'content-type': 'application/json' } }]),

    /** Reads to the end of the topic; dies and starts again as often as it takes. */
    async catchUp(): Promise<void> {
      for (let starts = 0; committed < topics.messages('rentalbook').length; starts += 1) {
        if (starts > 500) throw new Error('it does not get on');
        life.begin();
        try {
          while (committed < topics.messages('rentalbook').length) {
            const run = nextRun(topics.messages('rentalbook').slice(committed));
            const applied = await together(run);
            for (const message of run) {
              if (!applied.has(message)) await handler.process(message, await recordOf(message));
              committed += 1;
            }
          }
        } catch (error) {
          if (!(error instanceof Killed || error instanceof TypeError || hasCause(error, Killed))) throw error;
        }
      }
    },

    async rereadFrom(offset: number): Promise<void> {
      committed = offset;
      await this.catchUp();
    },

    async putBack(key: string, acceptsGap = false): Promise<void> {
      const record = parkedKeys.of(0, key);
      if (record?.state !== 'parked') return;
      const waiting = waitingDeadLetters(record, [
        ...new Map(topics.deadLetters().map((one) => [one.offset, one])).values(),
      ]);
      expect(waiting).toHaveLength(record.waiting);
      await topics.publish('rentalbook', replayMessages(record, waiting, { id: 'replay', acceptsGap }));
    },
  };
}

const hasCause = (error: unknown, kind: new () => Error): boolean =>
  error instanceof Error && error.cause instanceof kind;
export const sequencesOf = (applied: readonly { key: string; sequence: number }[], key: string): number[] =>
  applied.filter((one) => one.key === key).map(({ sequence }) => sequence);
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
