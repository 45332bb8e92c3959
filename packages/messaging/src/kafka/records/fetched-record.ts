import type { KafkaMessage } from 'kafkajs';

/** A record for kafkajs's consumer, which does not deliver control records. */
export interface FetchedRecord {
  readonly magicByte: number;
  readonly attributes: number;
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | Buffer[]>;
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

/** A batch that cannot be decoded: its first offset, and the reason. */
export interface UndecodableBatch {
  readonly firstOffset: number;
  readonly reason: string;
}

const undecodable = new WeakMap<object, UndecodableBatch>();
const NO_PRODUCER = { producerId: '-1', inTransaction: false } as const;
const nothing = {
  magicByte: 2,
  attributes: 0,
  timestamp: '0',
  key: null,
  value: null,
  headers: {},
  isControlRecord: false,
  batchContext: NO_PRODUCER,
} satisfies Omit<FetchedRecord, 'offset'>;

/** Stands in the place of a whole batch that cannot be decoded: at its last offset, with its bytes as the value. */
export function undecodableRecord(lastOffset: bigint, bytes: Buffer, about: UndecodableBatch): FetchedRecord {
  const record = { ...nothing, offset: String(lastOffset), value: bytes };
  undecodable.set(record, about);
  return record;
}

/** Moves a consumer past offsets that hold nothing (any more): kafkajs handles it as a control record. */
export const emptyRecord = (lastOffset: bigint): FetchedRecord => ({
  ...nothing,
  offset: String(lastOffset),
  isControlRecord: true,
});

/** The undecodable batch that a message stands for; undefined for an ordinary message. */
export const undecodableIn = (message: KafkaMessage): UndecodableBatch | undefined => undecodable.get(message);
