import { ByteReader } from './byte-reader';
import { MOST_DECOMPRESSED_BYTES } from './codecs/decompress';
import type { FetchedRecord } from './fetched-record';
import { decodeRecordSet, type Budget } from './record-set';

/** From this version on, all formats of records are one field of the response. */
export const LEAST_VERSION = 4;
/** In which version of the response each field came. */
const SINCE = { logStartOffset: 5, session: 7, clientThrottles: 8, preferredReadReplica: 11 } as const;

/** The part of a request that its response does not repeat. */
export interface FetchRequest {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
  }[];
}

interface RawPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[];
  readonly preferredReadReplica?: number;
  readonly records: Buffer;
}

export interface FetchResponse {
  readonly throttleTime: number;
  readonly clientSideThrottleTime?: number;
  readonly errorCode?: number;
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly (Omit<RawPartition, 'records'> & { readonly messages: readonly FetchedRecord[] })[];
  }[];
}

/** Decodes the response to a Fetch request, version 4 to 11, in the shape of kafkajs's own decoder. */
export async function decodeFetchResponse(
  bytes: Buffer,
  version: number,
  request: FetchRequest,
): Promise<FetchResponse> {
  const reader = new ByteReader(bytes);
  const throttleTime = reader.int32();
  const session = version < SINCE.session ? {} : { errorCode: reader.int16(), sessionId: reader.int32() };
  const topics = reader.array(() => ({
    topicName: string(reader),
    partitions: reader.array(() => readPartition(reader, version)),
  }));
  const withRecords = topics.flatMap(({ partitions }) => partitions.filter(({ records }) => records.length > 0));
  const budget: Budget = { left: MOST_DECOMPRESSED_BYTES };
  const responses = [];
  for (const { topicName, partitions } of topics) {
    const decoded = [];
    for (const { records, ...partition } of partitions) {
      const at = {
        fetchOffset: fetchOffsetOf(request, topicName, partition.partition),
        highWatermark: BigInt(partition.highWatermark),
        isAlone: withRecords.length === 1,
      };
      decoded.push({ ...partition, messages: await decodeRecordSet(records, at, budget) });
    }
    responses.push({ topicName, partitions: decoded });
  }
  return {
    ...session,
    // From that version on the broker no longer waits itself, and expects its client to.
    ...(version < SINCE.clientThrottles ? { throttleTime } : { throttleTime: 0, clientSideThrottleTime: throttleTime }),
    responses,
  };
}

function readPartition(reader: ByteReader, version: number): RawPartition {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = String(reader.int64());
  // The last stable offset, and the first one that the log still has.
  reader.int64();
  if (version >= SINCE.logStartOffset) reader.int64();
  const abortedTransactions = reader.array(() => ({
    producerId: String(reader.int64()),
    firstOffset: String(reader.int64()),
  }));
  const replica = version < SINCE.preferredReadReplica ? {} : { preferredReadReplica: reader.int32() };
  const records = reader.nullableBytes(reader.int32()) ?? Buffer.alloc(0);
  return { partition, errorCode, highWatermark, abortedTransactions, ...replica, records };
}

const string = (reader: ByteReader): string => reader.bytes(reader.int16()).toString('utf8');

const fetchOffsetOf = ({ topics }: FetchRequest, topicName: string, number: number): bigint =>
  BigInt(
    topics.find(({ topic }) => topic === topicName)?.partitions.find(({ partition }) => partition === number)
      ?.fetchOffset ?? 0,
  );
