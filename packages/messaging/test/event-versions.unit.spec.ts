import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { hold, releases } from '../../event-contracts/test/ready-in-three-versions';
import { noopMetrics } from '../src';
import { keyOf } from '../src/consume/consumed-event';
import { createMessageHandler } from '../src/consume/message-handler';
import { nextOf } from '../src/consume/stream-gap';
import type { ReceivedMessage } from '../src/dead-letters/dead-letters';
import { unsigned } from '../src/publish/event-signature';
import { parkedKeysInMemory, silent, topicsInMemory } from './support';

jest.mock('../../event-contracts/src/registry', (): unknown => ({
  ...jest.requireActual<object>('../../event-contracts/src/registry'),
  get eventVersions() {
    return releases['that writes version 2'];
  },
}));

/** One consumer of a release that writes version 2, while publishers of the release before still run. */
function consumer() {
  const topics = topicsInMemory();
  const parkedKeys = parkedKeysInMemory();
  const applied: RentalbookEvent[] = [];
  const handler = createMessageHandler({
    brokers: [],
    clientId: 'page',
    log: silent,
    topic: 'rentalbook',
    groupId: 'page',
    metrics: noopMetrics,
    signatures: unsigned,
    publisher: topics,
    parkedKeys,
    handle(run) {
      applied.push(...nextOf(run, { reserve: applied.length }).map(({ event }) => event));
      return Promise.resolve([]);
    },
    isTransient: () => false,
    onFatal: () => undefined,
  });
  const recordOf = async (message: ReceivedMessage) => (await parkedKeys.find('page', 0, [keyOf(message)]))[0];
  return {
    topics,
    applied,
    /** As a batch arrives: together, and one by one what that left over. */
    async consume(messages: readonly ReceivedMessage[]): Promise<void> {
      const done = await handler.processBatch(messages, undefined);
      for (const message of messages) if (!done.has(message)) await handler.process(message, await recordOf(message));
    },
  };
}

const messageOf = (event: { readonly key: string; readonly sequence: number }): ReceivedMessage => ({
  topic: 'rentalbook',
  partition: 0,
  offset: String(event.sequence - 1),
  key: event.key,
  value: Buffer.from(JSON.stringify(event)),
  headers: {},
});

const holdAt = (sequence: number) =>
  hold({
    id: `0198f3a0-9999-7000-8000-00000000000${String(sequence)}`,
    timestamp: '2026-03-02T09:30:00.000Z',
    key: '0198f3a0-1111-7000-8000-000000000001',
    sequence,
    correlationId: 'test',
  });

describe('a stream in which publishers of two releases take turns', () => {
  const inTurns = [holdAt(1).written[1], holdAt(2).written[2], holdAt(3).written[1], holdAt(4).written[2]];

  it('is consumed in order, each event in the newest version', async () => {
    const { topics, applied, consume } = consumer();
    await consume(inTurns.map(messageOf));
    expect(applied.map(({ sequence, schemaVersion, data }) => ({ sequence, schemaVersion, data }))).toEqual(
      [1, 2, 3, 4].map((sequence) => ({
        sequence,
        schemaVersion: 2,
        data: { ...holdAt(sequence).written[2].data, shelf: sequence % 2 === 0 ? 'B7' : null },
      })),
    );
    expect(topics.deadLetters()).toEqual([]);
  });

  it('parks its key at an event of a version that comes too early', async () => {
    const { topics, applied, consume } = consumer();
    await consume([...inTurns.slice(0, 2), holdAt(3).written[3], holdAt(4).written[1]].map(messageOf));
    expect(applied.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(topics.deadLetters().map(({ reason }) => reason)).toEqual([
      expect.stringMatching('Ready is of version 3; this service understands up to 2'),
      expect.any(String),
    ]);
  });
});
