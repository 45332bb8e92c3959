import type { ApolloServerPlugin } from '@apollo/server';
import { traceIdOf } from '@rentalbook/tracing';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { randomBytes } from 'node:crypto';
import type { Logger } from '../process/logger';

/** The codes a client may meet in `errors[].extensions.code`, besides INTERNAL_SERVER_ERROR; docs/tour.md lists them. */
export const publicErrorCodes = [
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'UNAVAILABLE',
  'OVERLOADED',
  'BAD_REQUEST',
  'GRAPHQL_VALIDATION_FAILED',
  'GRAPHQL_PARSE_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_NOT_IN_LIST',
] as const;
type PublicErrorCode = (typeof publicErrorCodes)[number];

const coded = (code: PublicErrorCode) => (message: string) => new GraphQLError(message, { extensions: { code } });

export const badUserInput = coded('BAD_USER_INPUT');
export const unauthenticated = coded('UNAUTHENTICATED');
export const forbidden = coded('FORBIDDEN');
/** Something is down or too slow: the same request may succeed later. */
export const unavailable = coded('UNAVAILABLE');

export function isPublicErrorCode(code: unknown): code is PublicErrorCode {
  return publicErrorCodes.some((known) => known === code);
}

/** Apollo Server reports a variable of the wrong type as BAD_USER_INPUT and a request it cannot use as BAD_REQUEST. */
function publicError(formatted: GraphQLFormattedError): GraphQLFormattedError | undefined {
  const code = formatted.extensions?.['code'];
  if (!isPublicErrorCode(code)) return undefined;
  return {
    message: formatted.message,
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
    extensions: { code },
  };
}

/** The log line and the caller's error for an engine that cannot be reached. */
export const ENGINE_UNAVAILABLE = {
  logged: 'a request found an engine unavailable',
  answered: 'The service cannot reach its data right now; try again.',
};

/** Classifies the expected errors of a service, as opposed to bugs. */
export interface ErrorKinds {
  /** An engine or another service is unavailable: the same request may succeed later. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** The request is invalid; the error's message has the reason. */
  readonly isBadInput: (error: unknown) => error is Error;
  /** The caller exceeded a limit; the error's message has the remedy. */
  readonly isOverloaded: (error: unknown) => error is Error;
}

/**
 * Formats an error for the caller: known codes as they are, an unavailable engine as UNAVAILABLE, and
 * everything else masked to INTERNAL_SERVER_ERROR with an id that the log has beside the error itself.
 */
export function errorFormatter(logger: Logger, { isUnavailable, isBadInput, isOverloaded }: ErrorKinds) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const known = publicError(formatted);
    if (known) return known;
    const original = originalOf(error);
    const path = formatted.path && { path: formatted.path };
    if (isBadInput(original)) return { message: original.message, ...path, extensions: { code: 'BAD_USER_INPUT' } };
    if (isOverloaded(original)) return { message: original.message, ...path, extensions: { code: 'OVERLOADED' } };
    if (isUnavailable(original)) {
      logger.warn({ err: original, path: formatted.path }, ENGINE_UNAVAILABLE.logged);
      return {
        message: ENGINE_UNAVAILABLE.answered,
        ...path,
        extensions: { code: 'UNAVAILABLE' },
      };
    }
    const errorId = newErrorId(error);
    logger.error({ err: original, errorId, path: formatted.path }, 'a request failed');
    return {
      message: `Something went wrong here; quote ${errorId} when you ask about it.`,
      ...path,
      extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
    };
  };
}

const traceIds = new WeakMap<object, string>();

/** Keeps the trace of each error of a request for {@link errorFormatter}, which gets no request. */
export const rememberTraces: ApolloServerPlugin<{ readonly traceparent: string }> = {
  requestDidStart: () =>
    Promise.resolve({
      didEncounterErrors({ errors, contextValue: { traceparent } }): Promise<void> {
        for (const error of errors) traceIds.set(error, traceIdOf(traceparent));
        return Promise.resolve();
      },
    }),
};

/** The id of the trace, which events and log lines have too, and a suffix that distinguishes the errors of one request. */
function newErrorId(error: unknown): string {
  const traceId = typeof error === 'object' && error !== null ? traceIds.get(error) : undefined;
  return `${traceId ?? randomBytes(16).toString('hex')}-${randomBytes(4).toString('hex')}`;
}

/** The original error of a resolver or of the context, behind that of graphql-js or Apollo Server. */
const originalOf = (error: unknown): unknown =>
  error instanceof GraphQLError ? (error.originalError ?? error) : error;
