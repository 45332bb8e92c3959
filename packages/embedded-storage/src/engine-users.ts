import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
import { scramCredentials, type ScramCredentials } from './scram';

/** Who may log in to an engine, and what the engine lets that user do. */
export interface EngineUser<Rights> {
  readonly name: string;
  readonly password: string;
  readonly rights: Rights;
}

/** What an engine keeps of a user: the password itself is not. */
export interface KnownUser<Rights> {
  readonly name: string;
  readonly rights: Rights;
  readonly credentials: ScramCredentials;
}
export type KnownUsers<Rights> = ReadonlyMap<string, KnownUser<Rights>>;

/** Derives what is kept of the passwords, once for all connections. */
export const knownUsers = <Rights>(users: readonly EngineUser<Rights>[]): KnownUsers<Rights> =>
  new Map(users.map(({ name, password, rights }) => [name, { name, rights, credentials: scramCredentials(password) }]));

/** The setting `USERS` of an engine cannot be used; the message is a sentence for who set it. */
export class BadUsers extends Error {
  override readonly name = 'BadUsers';
}

const SHAPE = '[{"name": …, "passwordFile": …, "rights": …}, …]';
/** Longer than any that can be tried out; an empty file must not become an empty password. */
const FEWEST_CHARACTERS = 16;

/**
 * The users of a setting, a list in JSON, with the passwords of their files. `hasRights` checks what a user may do. Throws
 * {@link BadUsers}.
 */
export function readEngineUsers<Rights>(
  setting: string,
  hasRights: (rights: unknown) => rights is Rights,
): readonly EngineUser<Rights>[] {
  const listed = parsed(setting);
  if (!Array.isArray(listed) || listed.length === 0)
    throw new BadUsers(`Setting USERS is no list of users in JSON; set it to ${SHAPE}, or unset it.`);
  return listed.map((user: unknown) => {
    const { name, passwordFile, rights } = Object(user) as Readonly<Record<string, unknown>>;
    if (typeof name !== 'string' || typeof passwordFile !== 'string' || !hasRights(rights))
      throw new BadUsers(`Setting USERS: a user is ${JSON.stringify(user)}; it has to be one of ${SHAPE}.`);
    return { name, password: passwordIn(passwordFile), rights };
  });
}

function parsed(setting: string): unknown {
  try {
    return JSON.parse(setting);
  } catch {
    return undefined;
  }
}

function passwordIn(file: string): string {
  try {
    const password = readFileSync(file, 'utf8').trim();
    if (password.length >= FEWEST_CHARACTERS) return password;
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : String(error);
    throw new BadUsers(`Setting USERS: ${file} cannot be read (${code}); name a file that this process may read.`);
  }
  throw new BadUsers(
    `Setting USERS: ${file} has less than ${String(FEWEST_CHARACTERS)} characters; put a password into it, or remove it to have another made.`,
  );
}
