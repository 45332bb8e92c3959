import { ExplainedError } from '@rentalbook/messaging/explained-error';
import { removeGroup, type KafkaSettings } from '@rentalbook/messaging';
import type { Connection } from 'mongoose';
import { collectionOf, groupSuffixOf, views } from '../projections/versions/read-model-version';
import { versionPointerIn } from '../projections/versions/version-pointer';

export interface DropOptions extends KafkaSettings {
  readonly connection: Connection;
  /** The consumer group of the service; those of its versions are named after it. */
  readonly group: string;
}

/** A replica still reads the version, though another one is active. */
export class VersionInUse extends ExplainedError {
  override readonly name = 'VersionInUse';
}

const existingIn = async (connection: Connection): Promise<ReadonlySet<string>> =>
  new Set((await connection.listCollections()).map(({ name }) => name));

/** A version's collections that exist: one to which nothing was written may not, and MongoDB before 7 does not drop it. */
const collectionsOf = (version: number, existing: ReadonlySet<string>): readonly string[] =>
  views.map((view) => collectionOf(version, view)).filter((name) => existing.has(name));

/** Removes the collections of a version. Its consumer group stays while it has members; resolves to whether it is gone. */
export async function dropVersion({ connection, ...options }: DropOptions, version: number): Promise<boolean> {
  for (const name of collectionsOf(version, await existingIn(connection))) await connection.dropCollection(name);
  return removeGroup(options, `${options.group}${groupSuffixOf(version)}`);
}

/**
 * Removes every version but the one that is read and one that is being built; resolves to their numbers.
 * Throws {@link VersionInUse} before anything of a version is removed that a replica still reads.
 */
export async function dropOldVersions(options: DropOptions): Promise<readonly number[]> {
  const { connection } = options;
  const pointer = versionPointerIn(connection);
  await pointer.prepare();
  const { active, latest, building } = await pointer.read();
  const existing = await existingIn(connection);
  const old = Array.from({ length: latest + 1 }, (_, version) => version).filter(
    (version) => version !== active && version !== building?.version && collectionsOf(version, existing).length > 0,
  );
  for (const version of old) {
    if (!(await removeGroup(options, `${options.group}${groupSuffixOf(version)}`)))
      throw new VersionInUse(
        `Version ${String(version)} of mypage is still read by a replica; nothing of it was dropped. Try again in a moment.`,
      );
    await dropVersion(options, version);
  }
  return old;
}
