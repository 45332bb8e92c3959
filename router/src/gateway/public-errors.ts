import { explain, type Language } from '@rentalbook/sentences';
import { errorFormatter, languageOfRequest, type Logger } from '@rentalbook/service-kit';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Formats in the language given, else in that of the request that the error ended. */
export type FormatError = (
  formatted: GraphQLFormattedError,
  error: unknown,
  language?: Language,
) => GraphQLFormattedError;

/**
 * Formats an error for the client: known codes as they are, a subgraph's masked error with the id under which
 * that subgraph logged it, everything else masked here with an id of our own.
 */
export function publicErrors(logger: Logger): FormatError {
  const format = errorFormatter(logger, {
    isUnavailable: () => false,
    badInput: () => undefined,
    overloaded: () => undefined,
  });
  return (formatted, error, language = languageOfRequest(error)) =>
    maskedBySubgraph(formatted, language) ?? refusedByApollo(formatted, error) ?? format(formatted, error, language);
}

function maskedBySubgraph(
  { path, extensions }: GraphQLFormattedError,
  language: Language,
): GraphQLFormattedError | undefined {
  const errorId = extensions?.['errorId'];
  if (typeof errorId !== 'string' || typeof extensions?.['serviceName'] !== 'string') return undefined;
  return {
    message: explain('FAILED', { errorId })(language),
    ...(path && { path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
  };
}

/** Apollo Server refuses some requests (a wrong persisted query hash, say) with a 4xx status but without a code. */
function refusedByApollo({ message }: GraphQLFormattedError, error: unknown): GraphQLFormattedError | undefined {
  if (!(error instanceof GraphQLError) || error.extensions['code'] !== undefined) return undefined;
  const http = error.extensions['http'];
  const refused = typeof http === 'object' && http !== null && 'status' in http && Number(http.status) < 500;
  return refused ? { message, extensions: { code: 'BAD_REQUEST' } } : undefined;
}
