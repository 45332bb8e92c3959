import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
import { scramCredentials, ScramRefused, type ScramCredentials } from './scram';

/** Who may log in to an engine, and what the engine lets that user do. */
export interface EngineUser<Rights> {
  readonly name: string;
  /** As it is now: a user of a setting has that of a file. */
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

/** Derives what is kept of the passwords, once for all logins with the same one. */
export const knownUsers = <Rights>(users: readonly EngineUser<Rights>[]): KnownUsers<Rights> =>
  new Map(users.map((user) => [user.name, knownUser(user)]));

function knownUser<Rights>(user: EngineUser<Rights>): KnownUser<Rights> {
  let { password } = user;
  let credentials = scramCredentials(password);
  return {
    name: user.name,
    rights: user.rights,
    get credentials() {
      const current = passwordNow(user);
      if (current !== password) {
        credentials = scramCredentials(current);
        password = current;
      }
      return credentials;
    },
  };
}

/** Throws {@link ScramRefused}: a file that cannot be used keeps out its user alone. */
function passwordNow(user: EngineUser<unknown>): string {
  try {
    return user.password;
  } catch (error) {
    if (!(error instanceof BadUsers)) throw error;
    throw new ScramRefused(error.message.replace(/\.$/, ''));
  }
}

/** The setting `USERS` of an engine cannot be used; the message is a sentence for who set it. */
export class BadUsers extends Error {
  override readonly name = 'BadUsers';
}

const SHAPE = '[{"name": …, "passwordFile": …, "rights": …}, …]';
/** Longer than any that can be tried out; an empty file must not become an empty password. */
const FEWEST_CHARACTERS = 16;

/**
 * The users of a setting, a list in JSON, with the passwords of their files, each of which is read again for each login.
 * `hasRights` checks what a user may do. Throws {@link BadUsers}.
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
    passwordIn(passwordFile);
    return {
      name,
      rights,
      get password() {
        return passwordIn(passwordFile);
      },
    };
  });
}

function parsed(setting: string): unknown {
  try {
    return JSON.parse(setting);
  } catch {
    return undefined;
  }
}

/** The last line: those before are the clients' own, while a password is changed. */
function passwordIn(file: string): string {
  try {
    const password = readFileSync(file, 'utf8').trim().split('\n').at(-1)?.trim() ?? '';
    if (password.length >= FEWEST_CHARACTERS) return password;
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : String(error);
    throw new BadUsers(`Setting USERS: ${file} cannot be read (${code}); name a file that this process may read.`);
  }
  throw new BadUsers(
    `Setting USERS: ${file} has less than ${String(FEWEST_CHARACTERS)} characters; put a password into it, or remove it to have another made.`,
  );
}
