import type { Batch, KafkaMessage } from 'kafkajs';
import { handleBatch, type BatchMessage } from '../src/replay/topic-replayer';
import { ForgedEvent, unsigned } from '../src/publish/event-signature';

const message = (offset: number): KafkaMessage => ({
  offset: String(offset),
  key: Buffer.from('k'),
  value: Buffer.from('{}'),
  timestamp: '0',
  attributes: 0,
  headers: {},
});
const batchOf = (length: number): Batch => ({
  topic: 'events',
  partition: 0,
  highWatermark: String(length),
  messages: Array.from({ length }, (_, offset) => message(offset)),
  isEmpty: () => false,
  firstOffset: () => '0',
  lastOffset: () => String(length - 1),
  offsetLag: () => '0',
  offsetLagLow: () => '0',
});

describe('a batch of a rebuild', () => {
  const rebalancing = new Error('The group is rebalancing, so a rejoin is needed');

  it('ends when a heartbeat fails, and the rebuild does not', async () => {
    const handled: (readonly BatchMessage[])[] = [];
    const failures: unknown[] = [];
    const reached: bigint[] = [];
    let failed: () => void = () => undefined;
    const aHeartbeatFailed = new Promise<void>((resolve) => (failed = resolve));
    await expect(
      handleBatch(
        {
          batch: batchOf(2_500),
          heartbeat: () => {
            failed();
            return Promise.reject(rebalancing);
          },
        },
        {
          signatures: unsigned,
          async handle(messages) {
            handled.push(messages);
            await aHeartbeatFailed;
          },
          onFailure: (error) => failures.push(error),
        },
        (_, offset) => reached.push(offset),
      ),
    ).rejects.toBe(rebalancing);
    expect(failures).toEqual([]);
    // What was handled is not handed on as reached beyond it: the rest of the batch is read again.
    expect(handled.map(({ length }) => length)).toEqual([1_000]);
    expect(reached).toEqual([1_000n]);
  });

  it('reports what its handler throws', async () => {
    const gap = new Error('a gap');
    const failures: unknown[] = [];
    await expect(
      handleBatch(
        { batch: batchOf(1), heartbeat: () => Promise.resolve() },
        { signatures: unsigned, handle: () => Promise.reject(gap), onFailure: (error) => failures.push(error) },
        () => undefined,
      ),
    ).rejects.toBe(gap);
    expect(failures).toEqual([gap]);
  });

  it('hands on no event that no accepted key signed', async () => {
    const contents: unknown[] = [];
    await handleBatch(
      { batch: batchOf(1), heartbeat: () => Promise.resolve() },
      {
        signatures: { ...unsigned, checks: true, takesUnsigned: false },
        handle: (messages) => Promise.resolve(void contents.push(...messages.map(({ content }) => content))),
        onFailure: () => undefined,
      },
      () => undefined,
    );
    expect(contents).toEqual([expect.any(ForgedEvent)]);
  });

  it('is handled in portions, with a heartbeat at its end', async () => {
    let heartbeats = 0;
    const portions: number[] = [];
    await handleBatch(
      { batch: batchOf(1_001), heartbeat: () => Promise.resolve(void (heartbeats += 1)) },
      {
        signatures: unsigned,
        handle: (messages) => Promise.resolve(void portions.push(messages.length)),
        onFailure: () => undefined,
      },
      () => undefined,
    );
    expect(portions).toEqual([1_000, 1]);
    expect(heartbeats).toBeGreaterThan(0);
  });
});
