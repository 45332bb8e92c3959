import { explain, type Explanation } from '@rentalbook/sentences';
import { Schema, trusted, type Connection } from 'mongoose';
import type { RecordedCommand } from '../aggregate/aggregate-document';
import type { RecordedOutcome } from './recorded-outcome';
import { createKeyQuota } from './key-quota';
import { digestOf, isSameRequest, type KeyedRequest, type RequestDigest } from './request-digest';

/** A client's idempotency key, with its request. */
export interface IdempotencyKey extends KeyedRequest {
  /** The member the key belongs to: the same word of two members is two keys. */
  readonly owner: string;
  readonly key: string;
}

/** The same key was sent before with other arguments. */
export class IdempotencyKeyReused extends Error {
  override readonly name = 'IdempotencyKeyReused';
  readonly explanation: Explanation;

  constructor({ key }: IdempotencyKey) {
    super('An idempotency key was used before with other arguments.');
    this.explanation = explain('IDEMPOTENCY_KEY_REUSED', { key });
  }
}

/** The member has used all keys of the day. */
export class IdempotencyKeysUsedUp extends Error {
  override readonly name = 'IdempotencyKeysUsedUp';
  readonly explanation: Explanation;

  constructor(perDay: number) {
    super('A member has used all idempotency keys of the day.');
    this.explanation = explain('IDEMPOTENCY_KEYS_USED_UP', { perDay });
  }
}

/** The recorded result of a command: its outcome and the last sequence of the stream after it. */
export interface CommandResult {
  readonly outcome: RecordedOutcome;
  readonly sequence: number;
}

/** Records of the version before have no `commandHash`. */
interface IdempotencyRecord extends Pick<RequestDigest, 'hash'>, Partial<Pick<RequestDigest, 'commandHash'>> {
  readonly _id: string;
  readonly document: string;
  readonly at: Date;
  readonly outcome?: RecordedOutcome;
  readonly sequence?: number;
}

const KEPT_SECONDS = 24 * 60 * 60;
const schema = new Schema<IdempotencyRecord>(
  {
    _id: { type: String, required: true },
    hash: { type: String, required: true },
    commandHash: { type: String },
    document: { type: String, required: true },
    at: { type: Date, required: true },
    outcome: { type: Schema.Types.Mixed },
    sequence: { type: Number },
  },
  // Stored name: a key of the release before has to be found.
  { collection: 'answers', versionKey: false, autoCreate: false },
);
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });

/** An unambiguous encoding of owner and key, whatever characters they contain. */
export const commandIdOf = ({ owner, key }: IdempotencyKey): string => JSON.stringify([owner, key]);

/** The idempotency records of the last 24 hours: a key is claimed before its command is decided, and filled in afterwards. */
export function createIdempotencyRecords(
  connection: Connection,
  keysPerDay: number = Number.MAX_SAFE_INTEGER,
  now: () => Date = () => new Date(),
) {
  const model = connection.model<IdempotencyRecord>('IdempotencyRecord', schema);
  const quota = createKeyQuota(connection, keysPerDay, now);

  /** Records the key unless it is on record; resolves to the record that was there before. */
  const recordKey = (_id: string, first: RequestDigest & Pick<IdempotencyRecord, 'document'>) =>
    model
      .findOneAndUpdate(
        { _id },
        { $setOnInsert: first, $currentDate: { at: true } },
        { upsert: true, returnDocument: 'before' },
      )
      .lean();

  return {
    model,

    async prepare(): Promise<void> {
      await Promise.all([model.createIndexes(), quota.model.createIndexes()]);
    },

    /**
     * Claims the key for this request about `document`. Returns whether that was the first time, the document of the
     * first time, and the result where there is one.
     * Throws {@link IdempotencyKeyReused} when the key stands for another request, and {@link IdempotencyKeysUsedUp} when it is
     * a new one and the owner has used all of today's.
     */
    async claim(
      key: IdempotencyKey,
      document: string,
    ): Promise<{ fresh: boolean; document: string; result: CommandResult | undefined }> {
      const digest = digestOf(key);
      const id = commandIdOf(key);
      // Taken first, so that concurrent claims cannot exceed the quota; a crash in between costs one key of the day.
      const taken = await quota.take(key.owner);
      const before = taken ? await recordKey(id, { ...digest, document }) : await model.findById(id).lean();
      if (!before && !taken) throw new IdempotencyKeysUsedUp(keysPerDay);
      if (before && taken) await quota.giveBack(taken);
      if (!before) return { fresh: true, document, result: undefined };
      if (!isSameRequest(before, digest)) throw new IdempotencyKeyReused(key);
      return { fresh: false, document: before.document, result: resultOf(before) };
    },

    async find(commandId: string): Promise<CommandResult | undefined> {
      const found = await model.findById(commandId).lean();
      return found ? resultOf(found) : undefined;
    },

    /** Fills in the results of commands that `document` recorded. Doing so again changes nothing. */
    async fillIn(document: string, commands: readonly RecordedCommand[]): Promise<void> {
      const keyed = commands.filter((command) => command.hash !== undefined);
      if (keyed.length === 0) return;
      await model.bulkWrite(
        keyed.map(({ id, hash, commandHash, outcome, sequence }) => ({
          updateOne: {
            filter: { _id: id },
            update: {
              $set: { hash, ...(commandHash !== undefined && { commandHash }), document, outcome, sequence },
              $currentDate: { at: true },
            },
            upsert: true,
          },
        })),
        { ordered: false },
      );
    },

    /** Records a refusal that no document can hold, because there is none; a result that is recorded already stays. */
    async recordRefusal(commandId: string, result: CommandResult): Promise<void> {
      await model.updateOne({ _id: commandId, outcome: trusted({ $exists: false }) }, { $set: { ...result } });
    },
  };
}

export type IdempotencyRecords = ReturnType<typeof createIdempotencyRecords>;

function resultOf(document: IdempotencyRecord): CommandResult | undefined {
  return document.outcome && { outcome: document.outcome, sequence: document.sequence ?? 0 };
}
