import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { isRecord } from '../resilience/subgraph-answer';
import type { RequestContext } from './request-context';
import type { Position } from './fetch-positions';

type Gateway = ApolloServerOptionsWithGateway<RequestContext>['gateway'];
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;
type Result = Awaited<ReturnType<Executor>>;

/** Extension of an error that the router made for a field of a fetch: its path ends at the null that a client sees. */
export const MISSING_FIELD = 'missingField';

/**
 * A gateway whose partial answers have exactly one error for each path. A part that could not be fetched is reported where the
 * answer is null because of it; so is a value that may not be null and is, which the gateway leaves out of `errors`.
 */
export const withPartialAnswers = (gateway: Gateway): Gateway => ({
  onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
  stop: () => gateway.stop(),
  async load(options) {
    const { executor } = await gateway.load(options);
    return { executor: executor && (async (request) => completed(await executor(request))) };
  },
});

function completed({ data, errors = [], extensions }: Result): Result {
  const invalid = Array.isArray(extensions?.['valueCompletion']) ? (extensions['valueCompletion'] as unknown[]) : [];
  const placed = [...errors, ...invalid.filter(isGraphQLError).map(missingField)].map((error) => placedIn(data, error));
  const visible = placed.filter((error) => error !== undefined);
  const kept = oneForEachPath(visible.length > 0 ? visible : errors);
  return { ...(data !== undefined && { data }), ...(kept.length > 0 && { errors: kept }) };
}

const isGraphQLError = (value: unknown): value is GraphQLError => value instanceof GraphQLError;
const missingField = ({ message, path }: GraphQLError): GraphQLError =>
  new GraphQLError(message, { ...(path && { path }), extensions: { [MISSING_FIELD]: true } });

/** The error at the null that it explains; undefined when the answer has no null there, because the client did not select it. */
function placedIn(data: unknown, error: GraphQLError): GraphQLError | undefined {
  const { message, path, extensions } = error;
  if (extensions[MISSING_FIELD] !== true || !path || !data) return error;
  const nullAt = positionOfNull(data, path);
  if (!nullAt) return undefined;
  return new GraphQLError(message, { path: nullAt, extensions, originalError: error.originalError ?? error });
}

function positionOfNull(data: unknown, path: Position): Position | undefined {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (value === null) return path.slice(0, depth);
    if (!(isRecord(value) || Array.isArray(value)) || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value === null ? path : undefined;
}

function oneForEachPath(errors: readonly GraphQLError[]): GraphQLError[] {
  const seen = new Set<string>();
  return errors.filter(({ path }) => {
    if (!path) return true;
    const key = JSON.stringify(path);
    return !seen.has(key) && seen.add(key);
  });
}
