import { createHash } from 'node:crypto';
import { Schema, trusted, type Connection } from 'mongoose';
import type { RecordedCommand } from './aggregate-document';
import type { Outcome } from './decider';

/** A client's idempotency key, with what it was sent for. */
export interface IdempotencyKey {
  /** The member the key belongs to: the same word of two members is two keys. */
  readonly owner: string;
  readonly key: string;
  /** The operation and its arguments; the same key with others is refused. */
  readonly request: unknown;
}

/** The same key was sent before with other arguments. */
export class IdempotencyKeyReused extends Error {
  override readonly name = 'IdempotencyKeyReused';

  constructor({ key }: IdempotencyKey) {
    super(`The idempotencyKey "${key}" was used before with other arguments; use a new one.`);
  }
}

/** What a command left behind: its outcome and how long the stream was then. */
export interface Answer {
  readonly outcome: Outcome;
  readonly sequence: number;
}

interface AnswerDocument {
  readonly _id: string;
  readonly hash: string;
  readonly document: string;
  readonly at: Date;
  readonly outcome?: Outcome;
  readonly sequence?: number;
}

const KEPT_SECONDS = 24 * 60 * 60;
const schema = new Schema<AnswerDocument>(
  {
    _id: { type: String, required: true },
    hash: { type: String, required: true },
    document: { type: String, required: true },
    at: { type: Date, required: true },
    outcome: { type: Schema.Types.Mixed },
    sequence: { type: Number },
  },
  { collection: 'answers', versionKey: false, autoCreate: false },
);
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });

/** Says where the owner ends and the key begins, whatever characters they are made of. */
export const commandIdOf = ({ owner, key }: IdempotencyKey): string => JSON.stringify([owner, key]);
export const requestHash = ({ request }: IdempotencyKey): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('base64url');

/** The answers of the last 24 hours by idempotency key: claimed before a command is decided, filled in afterwards. */
export function createAnswers(connection: Connection) {
  const model = connection.model<AnswerDocument>('Answer', schema);

  return {
    model,

    /**
     * Claims the key for this request about `document`. Returns whether that was the first time, the document of the
     * first time, and the answer where there is one.
     * Throws {@link IdempotencyKeyReused} when the key stands for another request.
     */
    async claim(
      key: IdempotencyKey,
      document: string,
    ): Promise<{ fresh: boolean; document: string; answer: Answer | undefined }> {
      const hash = requestHash(key);
      const before = await model
        .findOneAndUpdate(
          { _id: commandIdOf(key) },
          { $setOnInsert: { hash, document }, $currentDate: { at: true } },
          { upsert: true, returnDocument: 'before' },
        )
        .lean();
      if (!before) return { fresh: true, document, answer: undefined };
      if (before.hash !== hash) throw new IdempotencyKeyReused(key);
      return { fresh: false, document: before.document, answer: answerOf(before) };
    },

    async find(commandId: string): Promise<Answer | undefined> {
      const found = await model.findById(commandId).lean();
      return found ? answerOf(found) : undefined;
    },

    /** Fills in the answers of commands that `document` recorded. Doing so again changes nothing. */
    async fillIn(document: string, commands: readonly RecordedCommand[]): Promise<void> {
      const keyed = commands.filter((command) => command.hash !== undefined);
      if (keyed.length === 0) return;
      await model.bulkWrite(
        keyed.map(({ id, hash, outcome, sequence }) => ({
          updateOne: {
            filter: { _id: id },
            update: { $set: { hash, document, outcome, sequence }, $currentDate: { at: true } },
            upsert: true,
          },
        })),
        { ordered: false },
      );
    },

    /** Records a refusal that no document can hold, because there is none; an answer that stands already stays. */
    async recordRefusal(commandId: string, answer: Answer): Promise<void> {
      await model.updateOne({ _id: commandId, outcome: trusted({ $exists: false }) }, { $set: { ...answer } });
    },
  };
}

export type Answers = ReturnType<typeof createAnswers>;

function answerOf(document: AnswerDocument): Answer | undefined {
  return document.outcome && { outcome: document.outcome, sequence: document.sequence ?? 0 };
}
