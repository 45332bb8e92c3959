import { portIn, readEngineUsers } from '@rentalbook/embedded-storage';
import type { MongoUser } from './access';
import { isLogLevel, logLevels, type LogLevel } from './logger';

export interface Settings {
  readonly port: number;
  /** Undefined: in memory only. */
  readonly dataDir: string | undefined;
  readonly level: LogLevel;
  /** Undefined: every client may do everything. */
  readonly users: readonly MongoUser[] | undefined;
}

/** A setting that the server cannot run with; the message names it. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting';
}

export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const { PORT = '', DATA_DIR = '', LOG_LEVEL = 'info', USERS = '' } = environment;
  const port = portIn(PORT);
  if (port === undefined)
    throw new BadSetting(`PORT is "${PORT}"; set it to the port to listen on, from 0 (any free one) to 65535.`);
  if (!isLogLevel(LOG_LEVEL))
    throw new BadSetting(`LOG_LEVEL is "${LOG_LEVEL}"; set it to one of ${logLevels.join(', ')}.`);
  return {
    port,
    dataDir: DATA_DIR === '' ? undefined : DATA_DIR,
    level: LOG_LEVEL,
    users: USERS === '' ? undefined : readEngineUsers(USERS, areDatabases),
  };
}

const areDatabases = (rights: unknown): rights is readonly string[] =>
  Array.isArray(rights) && rights.every((database) => typeof database === 'string' && database !== '');
