import { errorCode, type ErrorCode } from '../protocol/error-codes';
import { placedAt, readRecordBatch } from '../protocol/record-batch';
import type { Storage } from './storage';

interface PartitionLog {
  start: number;
  /** The next offset to give away. */
  end: number;
  /** What readers may see: the end of what is on disk. */
  highWatermark: number;
  /** How many appends are on their way to the disk. */
  pending: number;
}

export interface PartitionRead {
  readonly error: ErrorCode;
  readonly highWatermark: number;
  readonly records: Buffer;
}

const NOTHING = Buffer.alloc(0);
const EARLIEST = -2;
const LATEST = -1;

/** The topics and their partitions: appending, reading, and waiting for something to read. */
export class TopicLog {
  private readonly topics = new Map<string, PartitionLog[]>();
  private readonly waiting = new Set<() => void>();

  constructor(private readonly storage: Storage) {
    for (const { name, partitions } of storage.topics())
      this.topics.set(
        name,
        Array.from({ length: partitions }, (_, partition) => {
          const { start, end } = storage.bounds(name, partition);
          return { start, end, highWatermark: end, pending: 0 };
        }),
      );
  }

  names = (): readonly string[] => [...this.topics.keys()];
  partitionsOf = (topic: string): number | undefined => this.topics.get(topic)?.length;

  async create(topic: string, partitions: number): Promise<void> {
    this.topics.set(
      topic,
      Array.from({ length: partitions }, () => ({ start: 0, end: 0, highWatermark: 0, pending: 0 })),
    );
    try {
      await this.storage.createTopic(topic, partitions);
    } catch (error) {
      this.topics.delete(topic);
      throw error;
    }
  }

  async delete(topic: string): Promise<void> {
    const logs = this.topics.get(topic);
    this.topics.delete(topic);
    try {
      await this.storage.deleteTopic(topic);
    } catch (error) {
      if (logs) this.topics.set(topic, logs);
      throw error;
    }
    this.wake();
  }

  /**
   * Appends a batch and resolves, once it is on disk, to the offset of its first record. A batch that the disk does not
   * take, because it is full or fails, is answered with a storage error, which clients retry.
   */
  async append(topic: string, partition: number, bytes: Buffer): Promise<{ error: ErrorCode; baseOffset: number }> {
    const log = this.topics.get(topic)?.[partition];
    if (!log) return { error: errorCode.UNKNOWN_TOPIC_OR_PARTITION, baseOffset: -1 };
    const batch = readRecordBatch(bytes);
    if ('error' in batch) return { error: batch.error, baseOffset: -1 };
    const base = log.end;
    const last = base + batch.length - 1;
    log.end = last + 1;
    log.pending += 1;
    try {
      const { maxTimestamp } = batch;
      await this.storage.append({ topic, partition, base, last, maxTimestamp, bytes: placedAt(batch, base) });
    } catch {
      // The offsets of what was not kept are given out again, unless a later batch waits for its own.
      if (log.pending === 1) log.end = log.highWatermark;
      return { error: errorCode.KAFKA_STORAGE_ERROR, baseOffset: -1 };
    } finally {
      log.pending -= 1;
    }
    log.highWatermark = Math.max(log.highWatermark, last + 1);
    this.wake();
    return { error: errorCode.NONE, baseOffset: base };
  }

  read(topic: string, partition: number, offset: number, maxBytes: number): PartitionRead {
    const log = this.topics.get(topic)?.[partition];
    if (!log) return { error: errorCode.UNKNOWN_TOPIC_OR_PARTITION, highWatermark: -1, records: NOTHING };
    const { start, highWatermark } = log;
    if (offset < start || offset > highWatermark)
      return { error: errorCode.OFFSET_OUT_OF_RANGE, highWatermark, records: NOTHING };
    const records = offset === highWatermark ? NOTHING : this.storage.read(topic, partition, offset, maxBytes);
    return { error: errorCode.NONE, highWatermark, records };
  }

  /** The offset that a point in time stands for: earliest, latest, or the first batch since then. */
  offsetAt(topic: string, partition: number, time: number): { error: ErrorCode; offset: number; timestamp: number } {
    const log = this.topics.get(topic)?.[partition];
    if (!log) return { error: errorCode.UNKNOWN_TOPIC_OR_PARTITION, offset: -1, timestamp: -1 };
    if (time === EARLIEST) return { error: errorCode.NONE, offset: log.start, timestamp: -1 };
    if (time === LATEST) return { error: errorCode.NONE, offset: log.highWatermark, timestamp: -1 };
    const found = this.storage.firstSince(topic, partition, time) ?? { offset: -1, timestamp: -1 };
    return { error: errorCode.NONE, ...found };
  }

  async deleteRecords(topic: string, partition: number, before: number): Promise<{ error: ErrorCode; start: number }> {
    const log = this.topics.get(topic)?.[partition];
    if (!log) return { error: errorCode.UNKNOWN_TOPIC_OR_PARTITION, start: -1 };
    const offset = before === LATEST ? log.highWatermark : before;
    if (offset > log.highWatermark) return { error: errorCode.OFFSET_OUT_OF_RANGE, start: -1 };
    const start = Math.max(log.start, offset);
    await this.storage.deleteRecords(topic, partition, start);
    log.start = Math.max(log.start, start);
    return { error: errorCode.NONE, start: log.start };
  }

  /** Resolves when something was appended anywhere, or after `ms` milliseconds. */
  appended(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiting.add(done);
    });
  }

  wake(): void {
    for (const done of [...this.waiting]) done();
  }
}
