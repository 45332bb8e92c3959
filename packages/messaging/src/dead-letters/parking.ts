/** Why the messages of a key become dead letters. */
export type ParkingCause = 'malformed' | 'forged' | 'undecodable' | 'gap' | 'failing';

/** The position of a message. A key has one per partition; only a foreign publisher uses more than one partition for a key. */
export interface Place {
  readonly consumer: string;
  readonly partition: number;
  readonly key: string;
  readonly offset: number;
}

/** A message that an operator discarded, and the reason. */
export interface Discard {
  readonly offset: number;
  readonly reason: string;
  readonly at: Date;
}

/** The record that a consumer group keeps about a key with failures; other keys have none. */
export interface KeyRecord {
  readonly consumer: string;
  readonly partition: number;
  readonly key: string;
  /** Grows with every change; every change is conditional on it. */
  readonly revision: number;
  /** failing: its message is tried again after a restart. parked: every message becomes a dead letter. open: handled normally again. */
  readonly state: 'failing' | 'parked' | 'open';
  readonly cause: ParkingCause;
  readonly reason: string;
  /** The message that failed first, and how often it was tried. */
  readonly offset: number;
  readonly attempts: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** The highest offset whose dead letter is acknowledged, and the highest that was replayed or discarded. */
  readonly last: number;
  readonly drained: number;
  /** How many dead letters lie between the two. */
  readonly waiting: number;
  readonly discarded: readonly Discard[];
  /** Why the last replay failed; missing when it did not. */
  readonly refusal?: { readonly replay: string; readonly offset: number; readonly reason: string };
}

export interface Fault {
  readonly cause: ParkingCause;
  readonly reason: string;
}

/** Another process changed the record of a key meanwhile: read it again. */
export class ParkingConflict extends Error {
  override readonly name = 'ParkingConflict';
}

/** The store of the records: the database of the service, so that they outlive restarts and rebalances. */
export interface ParkedKeys {
  find(consumer: string, partition: number, keys: readonly string[]): Promise<readonly KeyRecord[]>;
  /** Throws {@link ParkingConflict} when `before` is not the stored record any more; undefined for no record. */
  save(before: KeyRecord | undefined, after: KeyRecord): Promise<void>;
  /** How many keys are parked for a consumer. */
  count(consumer: string): Promise<number>;
}

const nothing = { revision: 0, last: -1, drained: -1, waiting: 0, discarded: [] } as const;

/** The message failed once more; another message of the key starts a new count. */
export function failed(
  before: KeyRecord | undefined,
  { offset, ...place }: Place,
  reason: string,
  now: Date,
): KeyRecord {
  const again = before?.state === 'failing' && before.offset === offset ? before : undefined;
  return {
    ...(before ?? nothing),
    ...place,
    offset,
    reason,
    revision: (before?.revision ?? 0) + 1,
    state: 'failing',
    cause: 'failing',
    attempts: (again?.attempts ?? 0) + 1,
    firstAt: again?.firstAt ?? now,
    lastAt: now,
  };
}

/** From this message on, every message of the key becomes a dead letter. */
export function parked(before: KeyRecord | undefined, place: Place, fault: Fault, now: Date): KeyRecord {
  const { refusal: _refusal, ...rest } = failed(before, place, fault.reason, now);
  return {
    ...rest,
    state: 'parked',
    cause: fault.cause,
    last: place.offset - 1,
    drained: place.offset - 1,
    waiting: 0,
  };
}

/** The dead letter of a message is acknowledged. */
export function deadLetteredUpTo(before: KeyRecord, offset: number): KeyRecord {
  return { ...before, revision: before.revision + 1, last: offset, waiting: before.waiting + 1 };
}

/** Resolves one dead letter, applied or discarded; after the last the key is free and its messages are handled normally. */
export function drainedUpTo(before: KeyRecord, offset: number): KeyRecord {
  const { refusal: _refusal, ...rest } = before;
  return {
    ...rest,
    revision: before.revision + 1,
    state: offset === before.last ? 'open' : 'parked',
    drained: offset,
    waiting: before.waiting - 1,
  };
}

/** A replayed dead letter failed again. */
export function refusedAgain(before: KeyRecord, refusal: NonNullable<KeyRecord['refusal']>): KeyRecord {
  return { ...before, revision: before.revision + 1, refusal };
}

/** The message that failed was applied after all. */
export function recovered(before: KeyRecord): KeyRecord {
  return { ...before, revision: before.revision + 1, state: 'open' };
}

/** A dead letter is discarded: a replay of the key passes over it. */
export function discarded(before: KeyRecord, discard: Discard): KeyRecord {
  return { ...before, revision: before.revision + 1, discarded: [...before.discarded, discard] };
}

/** The id of a message and of its dead letter, unique among the messages of the consumer. */
export const deadLetterId = (consumer: string, partition: number, offset: number): string =>
  `${consumer}/${String(partition)}/${String(offset)}`;
