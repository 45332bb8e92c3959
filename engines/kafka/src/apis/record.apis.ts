import { errorCode, type ErrorCode } from '../protocol/error-codes';
import { Writer } from '../protocol/writer';
import type { Access } from '../access';
import type { Broker } from '../broker';
import type { Api } from './api';

/** One partition of a request, and what came of it. */
type ByTopic<T> = { readonly topic: string; readonly partitions: readonly T[] }[];

/** Answers `{topic → {partition → …}}` as nearly every API does. */
function perPartition<T extends { readonly partition: number }>(
  answer: Writer,
  topics: ByTopic<T>,
  write: (result: T) => void,
): Writer {
  return answer.array(topics, ({ topic, partitions }) => {
    answer.string(topic).array(partitions, (result) => {
      answer.int32(result.partition);
      write(result);
    });
  });
}

export const produce: Api = {
  key: 0,
  name: 'Produce',
  versions: [3, 3],
  async handle(request, _version, broker, { access }) {
    const transactionalId = request.nullableString();
    const acks = request.int16();
    const refusal = refuseProduce(transactionalId, acks);
    request.int32();
    const batches = request.array(() => ({
      topic: request.string(),
      partitions: request.array(() => ({ partition: request.int32(), bytes: request.data() })),
    }));
    const results = await Promise.all(
      batches.map(async ({ topic, partitions }) => ({
        topic,
        partitions: await Promise.all(
          partitions.map(async ({ partition, bytes }) => ({
            partition,
            ...(await appended(broker, refusal ?? access.topicRefusal('Write', topic), { topic, partition, bytes })),
          })),
        ),
      })),
    );
    if (acks === 0) {
      // Who wants no answer learns of a refusal by the end of the connection, as from Kafka.
      for (const { error } of results.flatMap(({ partitions }) => partitions))
        if (error !== errorCode.NONE) throw new RefusedWithoutAnswer(`a batch was refused with error ${String(error)}`);
      return undefined;
    }
    const answer = new Writer();
    return perPartition(answer, results, ({ error, baseOffset }) =>
      answer.int16(error).int64(baseOffset).int64(-1),
    ).int32(0);
  },
};

/** Nothing of what is refused is kept. */
function appended(
  { log }: Broker,
  refusal: ErrorCode | undefined,
  { topic, partition, bytes }: { readonly topic: string; readonly partition: number; readonly bytes: Buffer },
): ReturnType<Broker['log']['append']> | { readonly error: ErrorCode; readonly baseOffset: number } {
  return refusal === undefined ? log.append(topic, partition, bytes) : { error: refusal, baseOffset: -1 };
}

function refuseProduce(transactionalId: string | null, acks: number): ErrorCode | undefined {
  if (transactionalId !== null) return errorCode.INVALID_REQUEST;
  return [-1, 0, 1].includes(acks) ? undefined : errorCode.INVALID_REQUIRED_ACKS;
}

class RefusedWithoutAnswer extends Error {
  override readonly name = 'RefusedWithoutAnswer';
}

interface Wanted {
  readonly partition: number;
  readonly offset: number;
  readonly maxBytes: number;
}

export const fetch: Api = {
  key: 1,
  name: 'Fetch',
  versions: [4, 4],
  async handle(request, _version, broker, client) {
    request.int32();
    const maxWait = request.int32();
    const minBytes = request.int32();
    const maxBytes = request.int32();
    request.int8();
    const wanted: ByTopic<Wanted> = request.array(() => ({
      topic: request.string(),
      partitions: request.array(() => ({
        partition: request.int32(),
        offset: request.int64(),
        maxBytes: request.int32(),
      })),
    }));
    const waitUntil = performance.now() + maxWait;
    for (;;) {
      const read = readAll(broker, client.access, wanted, maxBytes);
      const left = waitUntil - performance.now();
      if (read.size >= minBytes || read.failed || left <= 0 || client.gone.aborted) {
        const answer = new Writer().int32(0);
        return perPartition(answer, read.results, ({ error, highWatermark, records }) =>
          answer
            .int16(error)
            .int64(highWatermark)
            .int64(highWatermark)
            .array([], () => undefined)
            .data(records),
        );
      }
      await broker.log.appended(left);
    }
  },
};

function readAll(broker: Broker, access: Access, wanted: ByTopic<Wanted>, maxBytes: number) {
  let size = 0;
  let failed = false;
  const results = wanted.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition, offset, maxBytes: ofPartition }) => {
      const room = Math.min(ofPartition, Math.max(0, maxBytes - size));
      // A batch larger than the limit is handed out all the same, alone, or its reader would never get past it.
      const mayRead = size === 0 || room > 0;
      const refusal = access.topicRefusal('Read', topic);
      const read =
        refusal === undefined
          ? broker.log.read(topic, partition, offset, mayRead ? room : 0)
          : { error: refusal, highWatermark: -1, records: Buffer.alloc(0) };
      const records = mayRead ? read.records : Buffer.alloc(0);
      size += records.length;
      failed ||= read.error !== errorCode.NONE;
      return { partition, ...read, records };
    }),
  }));
  return { results, size, failed };
}

export const listOffsets: Api = {
  key: 2,
  name: 'ListOffsets',
  versions: [1, 1],
  handle(request, _version, broker, { access }) {
    request.int32();
    const results = request.array(() => {
      const topic = request.string();
      const partitions = request.array(() => {
        const partition = request.int32();
        const found = broker.log.offsetAt(topic, partition, request.int64());
        const refusal = access.topicRefusal('Describe', topic);
        return { partition, ...(refusal === undefined ? found : { error: refusal, timestamp: -1, offset: -1 }) };
      });
      return { topic, partitions };
    });
    const answer = new Writer();
    return perPartition(answer, results, ({ error, timestamp, offset }) =>
      answer.int16(error).int64(timestamp).int64(offset),
    );
  },
};

export const deleteRecords: Api = {
  key: 21,
  name: 'DeleteRecords',
  versions: [0, 0],
  async handle(request, _version, broker, { access }) {
    const asked = request.array(() => ({
      topic: request.string(),
      partitions: request.array(() => ({ partition: request.int32(), offset: request.int64() })),
    }));
    request.int32();
    const results: ByTopic<{ partition: number; error: ErrorCode; start: number }> = [];
    for (const { topic, partitions } of asked) {
      const done = [];
      const refusal = access.topicRefusal('Delete', topic);
      for (const { partition, offset } of partitions)
        done.push({
          partition,
          ...(refusal === undefined
            ? await broker.log.deleteRecords(topic, partition, offset)
            : { error: refusal, start: -1 }),
        });
      results.push({ topic, partitions: done });
    }
    const answer = new Writer().int32(0);
    return perPartition(answer, results, ({ start, error }) => answer.int64(start).int16(error));
  },
};
