import type { ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { DEFAULT_LANGUAGE, explain, type ErrorFacts, type Explanation, type Language } from '@rentalbook/sentences';
import { traceIdOf } from '@rentalbook/tracing';
import { GraphQLError, type GraphQLErrorOptions, type GraphQLFormattedError } from 'graphql';
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

/** An error with its sentence in each language. Its message is the English one, for logs. */
export class ExplainedError extends GraphQLError {
  constructor(
    readonly explanation: Explanation,
    extensions: {
      readonly code: PublicErrorCode;
      readonly http?: { readonly status: number; readonly headers?: HeaderMap };
    },
    place: Pick<GraphQLErrorOptions, 'nodes'> = {},
  ) {
    super(explanation(DEFAULT_LANGUAGE), { ...place, extensions });
  }
}

const coded =
  (code: PublicErrorCode) =>
  <Sentence extends keyof ErrorFacts>(sentence: Sentence, facts: ErrorFacts[Sentence]): ExplainedError =>
    new ExplainedError(explain(sentence, facts), { code });

export const badUserInput = coded('BAD_USER_INPUT');
export const unauthenticated = coded('UNAUTHENTICATED');
export const forbidden = coded('FORBIDDEN');
/** Something is down or too slow: the same request may succeed later. */
export const unavailable = coded('UNAVAILABLE');

/** The sentence of an error, which graphql-js may have wrapped; undefined for errors of other libraries. */
export function explanationOf(error: unknown): Explanation | undefined {
  for (let one = error; one instanceof GraphQLError; one = one.originalError)
    if (one instanceof ExplainedError) return one.explanation;
  return undefined;
}

export function isPublicErrorCode(code: unknown): code is PublicErrorCode {
  return publicErrorCodes.some((known) => known === code);
}

/** Apollo Server reports a variable of the wrong type as BAD_USER_INPUT and a request it cannot use as BAD_REQUEST. */
function publicError(
  formatted: GraphQLFormattedError,
  error: unknown,
  language: Language,
): GraphQLFormattedError | undefined {
  const code = formatted.extensions?.['code'];
  if (!isPublicErrorCode(code)) return undefined;
  return {
    message: explanationOf(error)?.(language) ?? formatted.message,
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
    extensions: { code },
  };
}

/** The log line and the caller's error for an engine that cannot be reached. */
export const ENGINE_UNAVAILABLE = {
  logged: 'a request found an engine unavailable',
  answered: explain('DATA_UNREACHABLE', {}),
};

/** Classifies the expected errors of a service, as opposed to bugs. */
export interface ErrorKinds {
  /** An engine or another service is unavailable: the same request may succeed later. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** The reason why a request is invalid; undefined for another error. */
  readonly badInput: (error: unknown) => Explanation | undefined;
  /** The remedy for a caller who exceeded a limit; undefined for another error. */
  readonly overloaded: (error: unknown) => Explanation | undefined;
}

/**
 * Formats an error for the caller, in the language of the request: known codes as they are, an unavailable engine as
 * UNAVAILABLE, and everything else masked to INTERNAL_SERVER_ERROR with an id that the log has beside the error itself.
 */
export function errorFormatter(logger: Logger, { isUnavailable, badInput, overloaded }: ErrorKinds) {
  return (
    formatted: GraphQLFormattedError,
    error: unknown,
    language: Language = languageOfRequest(error),
  ): GraphQLFormattedError => {
    const known = publicError(formatted, error, language);
    if (known) return known;
    const original = originalOf(error);
    const path = formatted.path && { path: formatted.path };
    const invalid = badInput(original);
    if (invalid) return { message: invalid(language), ...path, extensions: { code: 'BAD_USER_INPUT' } };
    const tooMuch = overloaded(original);
    if (tooMuch) return { message: tooMuch(language), ...path, extensions: { code: 'OVERLOADED' } };
    if (isUnavailable(original)) {
      logger.warn({ err: original, path: formatted.path }, ENGINE_UNAVAILABLE.logged);
      return {
        message: ENGINE_UNAVAILABLE.answered(language),
        ...path,
        extensions: { code: 'UNAVAILABLE' },
      };
    }
    const errorId = newErrorId(error);
    logger.error({ err: original, errorId, path: formatted.path }, 'a request failed');
    return {
      message: explain('FAILED', { errorId })(language),
      ...path,
      extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
    };
  };
}

interface FailedRequest {
  readonly traceparent: string;
  readonly language: Language;
}
const requests = new WeakMap<object, FailedRequest>();

/** Keeps the request of each error for {@link errorFormatter}, which gets none. */
export const rememberRequests: ApolloServerPlugin<FailedRequest> = {
  requestDidStart: () =>
    Promise.resolve({
      didEncounterErrors({ errors, contextValue }): Promise<void> {
        for (const error of errors) requests.set(error, contextValue);
        return Promise.resolve();
      },
    }),
};

const requestOf = (error: unknown): FailedRequest | undefined =>
  typeof error === 'object' && error !== null ? requests.get(error) : undefined;

/** The language of the request that an error ended. */
export const languageOfRequest = (error: unknown): Language => requestOf(error)?.language ?? DEFAULT_LANGUAGE;

/** The id of the trace, which events and log lines have too, and a suffix that distinguishes the errors of one request. */
function newErrorId(error: unknown): string {
  const request = requestOf(error);
  const traceId = request ? traceIdOf(request.traceparent) : randomBytes(16).toString('hex');
  return `${traceId}-${randomBytes(4).toString('hex')}`;
}

/** The original error of a resolver or of the context, behind that of graphql-js or Apollo Server. */
const originalOf = (error: unknown): unknown =>
  error instanceof GraphQLError ? (error.originalError ?? error) : error;
