import { ExplainedError } from '@rentalbook/messaging/explained-error';
import { withoutCredentials } from '@rentalbook/event-contracts';
import { retry } from '@rentalbook/timing';
import { isTracing } from '@rentalbook/tracing';
import mongoose, { type Connection } from 'mongoose';
import { isNativeError } from 'node:util/types';
import { createWaitReport, type Log } from '@rentalbook/messaging';
import { logInInTurn } from './login-in-turn';
import type { MongoSecurity } from './mongo-security';
import { recordCommands } from './mongo-spans';
import './mongodb-drain.patch';

mongoose.set('sanitizeFilter', true);
mongoose.set('strictQuery', 'throw');
mongoose.set('autoIndex', false);
mongoose.set('autoCreate', false);
mongoose.set('bufferCommands', false);

const AUTHENTICATION_FAILED = 18;
const UNAUTHORIZED = 13;

/** No MongoDB answered within the deadline. */
export class MongoUnreachable extends ExplainedError {
  override readonly name = 'MongoUnreachable';
  constructor(url: string, cause: unknown, database?: string) {
    super(`MongoDB at ${withoutCredentials(url)} ${reasonIn(cause, database)}`, { cause });
  }
}

/** The part of the sentence with the remedy. */
function reasonIn(error: unknown, database = 'of the service'): string {
  if (error instanceof mongoose.mongo.MongoServerError && error.code === AUTHENTICATION_FAILED)
    return 'refuses the credentials; correct MONGO_USERNAME and MONGO_PASSWORD_FILE, or MONGO_URL.';
  if (error instanceof mongoose.mongo.MongoServerError && error.code === UNAUTHORIZED)
    return `gives no right to read the database ${database}; correct MONGO_USERNAME, or grant that user readWrite on it.`;
  const fault = tlsFaultIn(error);
  return fault === undefined
    ? 'cannot be reached; start it or correct MONGO_URL.'
    : `does not agree on TLS (${fault}); correct MONGO_TLS_CA_FILE, MONGO_TLS_CERT_FILE or the host in MONGO_URL.`;
}

/** The codes of Node and OpenSSL for a certificate or a handshake that was refused, by either side. */
const TLS_CODE = /^(ERR_SSL_|ERR_TLS_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|INVALID_(CA|PURPOSE)|EPROTO)/;

/** The TLS error, from the error itself or its cause; mongoose passes on the driver's view of the servers as cause. */
function tlsFaultIn(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if (isNativeError(error)) {
    const isTls = 'code' in error && TLS_CODE.test(String(error.code));
    return isTls ? error.message.replaceAll(/\s+/g, ' ').trim() : tlsFaultIn(error.cause);
  }
  return 'error' in error ? tlsFaultIn(error.error) : undefined;
}

/** The change was not made, or it is not known whether it was: the same command may be sent again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

const ANSWERS_WITHIN_MS = 1_500;
const TRY_AGAIN_AFTER_MS = 100;
export const CLOCK_COLLECTION = 'clock';

/**
 * Connects so that an acknowledged write is on the disk of a majority and reads see only such writes.
 * `security` is called for each attempt, so that a file corrected meanwhile is used.
 * Throws {@link MongoUnreachable} when there is no answer within `deadlineMs`, or the user has no right to read the database.
 */
export function connectDatabase(
  url: string,
  database: string,
  deadlineMs: number,
  log: Log,
  security: () => MongoSecurity = () => ({}),
): Promise<Connection> {
  // A connection that could not be opened stays failed for good, so each attempt has one of its own.
  const connect = async (): Promise<Connection> => {
    const connection = newConnection(url, database, security());
    connection.on('error', (error: unknown) => {
      log.warn({ err: error }, 'MongoDB reported an error');
    });
    try {
      await connection.asPromise();
      await isInitialized(connection);
    } catch (error) {
      await connection.destroy();
      throw new MongoUnreachable(url, error, database);
    }
    if (isTracing()) recordCommands(connection.getClient());
    return connection;
  };
  return retry(connect, {
    backOff: TRY_AGAIN_AFTER_MS,
    withinMs: deadlineMs,
    // Wrong settings are not waited for.
    isTransient: (error) => error instanceof MongoUnreachable,
    onRetry: createWaitReport(log, 'MongoDB'),
  });
}

function newConnection(url: string, database: string, { passwords, ...options }: MongoSecurity): Connection {
  const connection = mongoose.createConnection(url, {
    ...options,
    dbName: database,
    w: 'majority',
    journal: true,
    readConcernLevel: 'majority',
    serverSelectionTimeoutMS: 3_000,
    connectTimeoutMS: 2_000,
    socketTimeoutMS: 10_000,
    // The router gives up after 3 s. A process without a free processor may pause for more than one second.
    waitQueueTimeoutMS: 2_500,
    minPoolSize: 4,
    maxPoolSize: 20,
    ...(isTracing() && { monitorCommands: true }),
  });
  if (passwords) logInInTurn(connection, passwords);
  return connection;
}

/**
 * Whether the database has the document of its clock, which every start creates: one without it is new, or was lost. Throws for
 * a user without rights in the database, and when MongoDB does not answer.
 */
export async function isInitialized(
  { db }: Connection,
  timeout: { readonly timeoutMS?: number } = {},
): Promise<boolean> {
  const found = await db?.collection(CLOCK_COLLECTION).findOne({}, { projection: { _id: 1 }, ...timeout });
  return Boolean(found);
}

export const lostDatabase = ({ name }: Pick<Connection, 'name'>): string => `MongoDB has lost the database ${name}`;

/** Why MongoDB cannot be used right now, or undefined when it answered and has the database. */
export async function checkDatabase(connection: Connection): Promise<string | undefined> {
  try {
    const isPresent = await isInitialized(connection, { timeoutMS: ANSWERS_WITHIN_MS });
    return isPresent ? undefined : lostDatabase(connection);
  } catch {
    return 'MongoDB does not answer';
  }
}

const PASSING = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoWaitQueueTimeoutError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoServerClosedError',
  'MongoClientClosedError',
  'MongoStalePrimaryError',
  'MongoExpiredSessionError',
  'MongoOperationTimeoutError',
  'StoreUnavailable',
]);
/**
 * Server answers that mean "not now": out of time, unreachable, stepping down, shutting down, write concern or time not met,
 * busy, interrupted or full, and a cursor that ended with its server.
 */
const PASSING_CODES = new Set([
  6, 7, 24, 43, 46, 50, 64, 89, 91, 100, 112, 133, 134, 175, 189, 202, 237, 262, 279, 365, 9001, 10107, 11600, 11601,
  11602, 13435, 13436, 14031,
]);
/** The error labels after which the same operation may be retried. */
const PASSING_LABELS = ['RetryableWriteError', 'TransientTransactionError', 'SystemOverloadedError'];

/** Errors of the operating system about a connection; the driver passes them on when a write meets a socket that just ended. */
const PASSING_SYSTEM_CODES = new Set(['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ERR_STREAM_DESTROYED']);

/** Whether an error means that MongoDB is unavailable or busy, so that the same request may succeed later. */
export function isStoreUnavailable(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  if (PASSING.has(error.name)) return true;
  if ('code' in error && PASSING_SYSTEM_CODES.has(String(error.code))) return true;
  // A bulk write that could not be sent hides the reason behind an error of its own.
  if (error instanceof mongoose.mongo.MongoBulkWriteError && error.errorResponse instanceof Error)
    return isStoreUnavailable(error.errorResponse);
  if (error instanceof mongoose.mongo.MongoServerError && PASSING_CODES.has(Number(error.code))) return true;
  if (error instanceof mongoose.mongo.MongoError && PASSING_LABELS.some((label) => error.hasErrorLabel(label)))
    return true;
  return error.name === 'MongooseError' && error.message.includes('bufferCommands');
}

const DUPLICATE_KEY = 11_000;

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof mongoose.mongo.MongoServerError && error.code === DUPLICATE_KEY;
}
