import { ExplainedError } from '@rentalbook/messaging/explained-error';
import { Schema, trusted, type Connection } from 'mongoose';

interface Building {
  readonly version: number;
  readonly owner: string;
  readonly seenAt: Date;
}
interface Pointer {
  readonly _id: string;
  /** The version that is read and kept up to date. */
  readonly active: number;
  /** The highest number ever given to a version, so that none is used twice. */
  readonly latest: number;
  /** The version that was read before, kept until it is dropped. */
  readonly previous?: number;
  readonly building?: Building;
}
const schema = new Schema<Pointer>(
  {
    _id: { type: String, required: true },
    active: { type: Number },
    latest: { type: Number },
    previous: { type: Number },
    building: { type: Schema.Types.Mixed },
  },
  { collection: 'mypage_versions', versionKey: false },
);
const ONLY = 'mypage';
/** A rebuild that has not reported for so long is dead, by the database's clock. */
const DEAD_AFTER_MS = 15_000;

/** Another rebuild is at work, or took over from this one. */
export class RebuildRefused extends ExplainedError {
  override readonly name = 'RebuildRefused';
}

/** Which version of the page is in use and which is being built. Every change is one conditional write. */
export function versionPointerIn(connection: Connection) {
  const model = connection.model<Pointer>('VersionPointer', schema);
  const mine = (owner: string) => ({ _id: ONLY, 'building.owner': owner });

  const read = async (): Promise<Pointer & { now: Date }> => {
    const [pointer] = await model.aggregate<Pointer & { now: Date }>([
      { $match: { _id: ONLY } },
      { $addFields: { now: '$$NOW' } },
    ]);
    if (!pointer) throw new Error('the version pointer is missing from the database');
    return pointer;
  };

  return {
    async prepare(): Promise<void> {
      await model.updateOne({ _id: ONLY }, { $setOnInsert: { active: 0, latest: 0 } }, { upsert: true });
    },

    read,

    /**
     * Starts a new version. Returns its number, and that of a dead rebuild whose data must be removed.
     * Throws {@link RebuildRefused} while another rebuild is alive.
     */
    async claim(owner: string): Promise<{ active: number; version: number; abandoned: number | undefined }> {
      const { active, latest, building, now } = await read();
      if (building && now.getTime() - building.seenAt.getTime() < DEAD_AFTER_MS)
        throw new RebuildRefused('Another rebuild of mypage is running; wait until it has ended, or stop it.');
      const version = latest + 1;
      const { modifiedCount } = await model.updateOne(
        {
          _id: ONLY,
          latest,
          ...(building ? { 'building.owner': building.owner } : { building: trusted({ $exists: false }) }),
        },
        {
          $set: { latest: version, 'building.version': version, 'building.owner': owner },
          $currentDate: { 'building.seenAt': true },
        },
      );
      if (modifiedCount === 0)
        throw new RebuildRefused('Another rebuild of mypage has just started; wait until it has ended, or stop it.');
      return { active, version, abandoned: building?.version };
    },

    /** Records that the rebuild is alive; throws {@link RebuildRefused} once another one took over. */
    async keep(owner: string): Promise<void> {
      const { matchedCount } = await model.updateOne(mine(owner), { $currentDate: { 'building.seenAt': true } });
      if (matchedCount === 0) throw new RebuildRefused('Another rebuild of mypage took over; this one has ended.');
    },

    /** From now on the new version is read. Throws {@link RebuildRefused} once another rebuild took over. */
    async switchTo(owner: string, version: number, active: number): Promise<void> {
      const { modifiedCount } = await model.updateOne(
        { ...mine(owner), active },
        { $set: { active: version, previous: active }, $unset: { building: 1 } },
      );
      if (modifiedCount === 0) throw new RebuildRefused('Another rebuild of mypage took over; nothing was switched.');
    },

    async release(owner: string): Promise<void> {
      await model.updateOne(mine(owner), { $unset: { building: 1 } });
    },
  };
}
