import type { GraphQLFormattedError } from 'graphql';
import {
  answerWith,
  entitiesIn,
  explains,
  includes,
  positionsOf,
  valueAt,
  type FetchedOperation,
  type Position,
} from './fetch-positions';
import { MISSING_FIELD } from './partial-answers';

interface Answer {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly GraphQLFormattedError[];
}

interface ExplainedAnswer {
  readonly data: Record<string, unknown> | null;
  readonly errors?: GraphQLFormattedError[];
}

const leftOut: GraphQLFormattedError = {
  message: 'A subgraph left out a field that it was asked for.',
  extensions: { code: 'INTERNAL_SERVER_ERROR', reason: 'left out a field that it was asked for' },
};

/**
 * A subgraph's answer in which each field of the fetch has a value or an error with its path. An error of a whole entity
 * or of the whole answer is repeated for each field: the gateway has other fields of the same entity already.
 */
export function explained({ data: answered, errors }: Answer, fetched: FetchedOperation): ExplainedAnswer {
  const { positions, entities } = positionsOf(fetched);
  const data = entities === undefined ? answered : withEntities(answered, entities);
  const exact = errors.flatMap((error) => partsOf(error, positions));
  const general = errors.filter(({ path }) => !path);
  const missing = positions.filter(
    (position) => valueAt(data, position) === undefined && !exact.some(({ path }) => path && explains(path, position)),
  );
  const reason = general[0] ?? (answered ? leftOut : (exact[0] ?? leftOut));
  const spread = missing.map((position) => missingAt(position, reason));
  const all = [...exact, ...(spread.length > 0 ? general.slice(1) : general), ...spread];
  return all.length > 0 ? { data, errors: all } : { data };
}

function withEntities(data: Answer['data'], expected: number): Answer['data'] {
  const entities = entitiesIn(data, expected);
  return entities ? answerWith(entities) : null;
}

/** An error with a path: of each field when the path is that of an entity, otherwise as it is. */
function partsOf(error: GraphQLFormattedError, positions: readonly Position[]): GraphQLFormattedError[] {
  const { path } = error;
  if (!path) return [];
  const parts = positions.filter((position) => includes(path, position));
  return parts.length > 0 ? parts.map((position) => missingAt(position, error)) : [error];
}

const missingAt = (path: Position, { message, extensions }: GraphQLFormattedError): GraphQLFormattedError => ({
  message,
  path,
  extensions: { ...extensions, [MISSING_FIELD]: true },
});
