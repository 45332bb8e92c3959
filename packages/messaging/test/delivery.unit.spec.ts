import type { EachBatchPayload, KafkaMessage, Offsets } from 'kafkajs';
import OffsetManager from 'kafkajs/src/consumer/offsetManager';
import * as crashPoints from '../src/crash-points/crash-point';
import type { ReceivedMessage } from '../src/dead-letters/dead-letters';
import { deliverBatch, received, type Delivery } from '../src/consume/delivery';

/** A batch of one partition, with these keys one after the other; what is marked as done stands in `done`. */
function batchOf(...keys: readonly string[]) {
  const messages = keys.map((key, offset): KafkaMessage => {
    const message = { key: Buffer.from(key), value: Buffer.from('{}'), offset: String(offset), attributes: 0 };
    return { ...message, timestamp: '0', headers: {} };
  });
  const done: string[] = [];
  const payload = {
    batch: { topic: 'rentalbook', partition: 0, messages },
    heartbeat: () => Promise.resolve(),
    isRunning: () => true,
    isStale: () => false,
    resolveOffset: (offset: string) => void done.push(offset),
    uncommittedOffsets: () => ({ topics: [] }),
    commitOffsetsIfNecessary: () => Promise.resolve(),
  } as unknown as EachBatchPayload;
  return { payload, done };
}

const alone = (deliver: (message: ReceivedMessage) => Promise<boolean>): Delivery => ({
  processBatch: () => Promise.resolve(new Set()),
  deliver,
});

describe('a batch of messages', () => {
  it('is done only as far as every message before was handled', async () => {
    const { payload, done } = batchOf('a', 'b', 'c', 'd');
    const deliver = ({ offset }: ReceivedMessage): Promise<boolean> =>
      offset === '2' ? Promise.reject(new TypeError('a bug')) : Promise.resolve(true);
    await expect(deliverBatch(payload, alone(deliver))).rejects.toThrow('a bug');
    expect(done).toEqual(['1']);
  });

  it('is not done while one of its messages is still being handled', async () => {
    const { payload, done } = batchOf('a', 'b');
    let finish: (handled: boolean) => void = () => undefined;
    const last = new Promise<boolean>((resolve) => (finish = resolve));
    const delivered = deliverBatch(
      payload,
      alone(({ key }) => (key === 'b' ? last : Promise.resolve(true))),
    );
    await new Promise(setImmediate);
    const doneMeanwhile = [...done];
    finish(true);
    await delivered;
    expect({ doneMeanwhile, done }).toEqual({ doneMeanwhile: [], done: ['1'] });
  });

  it('is handled in order within a key, though keys are handled side by side', async () => {
    const { payload, done } = batchOf('a', 'b', 'a', 'a', 'b');
    const begun: string[] = [];
    const ended: string[] = [];
    const deliver = async ({ key, offset }: ReceivedMessage): Promise<boolean> => {
      begun.push(`${String(key)}${offset}`);
      await new Promise(setImmediate);
      ended.push(`${String(key)}${offset}`);
      return true;
    };
    await deliverBatch(payload, alone(deliver));
    expect(begun.slice(0, 2)).toEqual(['a0', 'b1']);
    expect(ended.filter((name) => name.startsWith('a'))).toEqual(['a0', 'a2', 'a3']);
    expect(ended.filter((name) => name.startsWith('b'))).toEqual(['b1', 'b4']);
    expect(done).toEqual(['4']);
  });

  it('is first processed as one batch per key, and what that finished is not processed again', async () => {
    const { payload, done } = batchOf('a', 'b', 'a', 'a');
    const runs: string[][] = [];
    const delivered: string[] = [];
    await deliverBatch(payload, {
      processBatch(run) {
        runs.push(run.map(({ offset }) => offset));
        return Promise.resolve(new Set(run.filter(({ offset }) => offset !== '3')));
      },
      deliver({ offset }) {
        delivered.push(offset);
        return Promise.resolve(true);
      },
    });
    expect(runs).toEqual([['0', '2', '3'], ['1']]);
    expect(delivered).toEqual(['3']);
    expect(done).toEqual(['3']);
  });
});

jest.mock('../src/crash-points/crash-point', () => ({ crashPoint: jest.fn() }));

describe('the offset of a batch', () => {
  /** A batch of three messages whose offsets kafkajs commits, with the commits that reach the broker and where it may crash. */
  function committed() {
    const { payload } = batchOf('a', 'b', 'c');
    const course: unknown[] = [];
    const offsets = new OffsetManager({
      coordinator: {
        isConnected: () => true,
        offsetCommit: ({ topics }: Offsets) => Promise.resolve(course.push(topics)),
      },
      memberAssignment: { rentalbook: [0] },
      ...{ autoCommit: true, autoCommitInterval: null, autoCommitThreshold: null },
      instrumentationEmitter: { emit: () => undefined },
    });
    jest.mocked(crashPoints.crashPoint).mockImplementation((name) => void course.push(name));
    const withOffsets: EachBatchPayload = {
      ...payload,
      resolveOffset: (offset) => {
        offsets.resolveOffset({ topic: 'rentalbook', partition: 0, offset });
      },
      uncommittedOffsets: () => offsets.uncommittedOffsets(),
      // As the runner of kafkajs.
      commitOffsetsIfNecessary: (given?: Offsets) =>
        given ? offsets.commitOffsets(given) : offsets.commitOffsetsIfNecessary(),
    };
    return { payload: withOffsets, offsets, course };
  }
  const THIRD = [{ topic: 'rentalbook', partitions: [{ partition: '0', offset: '3' }] }];

  it('is committed between the two crash points, and once: kafkajs finds nothing left to commit', async () => {
    const { payload, offsets, course } = committed();
    await deliverBatch(
      payload,
      alone(() => Promise.resolve(true)),
    );
    await offsets.commitOffsets();
    expect(course).toEqual(['consumer.before-commit', THIRD, 'consumer.after-commit']);
  });
});

describe('a message', () => {
  const sentAt = (timestamp: string): number | undefined =>
    received('rentalbook', 0, { key: null, value: null, offset: '0', attributes: 0, timestamp, headers: {} })
      .publishedAt;

  it('has the time of its sending', () => {
    expect(sentAt('1767225600000')).toBe(1_767_225_600_000);
  });

  it.each(['', '-1', '0', 'never', '1e300'])('has no time of sending where "%s" is none', (timestamp) => {
    expect(sentAt(timestamp)).toBeUndefined();
  });
});
