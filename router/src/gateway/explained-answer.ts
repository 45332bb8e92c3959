import type { GraphQLFormattedError } from 'graphql';
import {
  answerWith,
  entitiesIn,
  positionsOf,
  valueAt,
  wholeOf,
  type FetchedOperation,
  type Position,
} from './fetch-positions';
import { MISSING_FIELD } from './partial-answers';
import { pathsByBeginning } from './paths-by-beginning';

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
  const exact = withParts(errors, positions);
  const general = errors.filter(({ path }) => !path);
  const explanations = pathsByBeginning(exact.map(({ path }) => path));
  const missing = positions.filter(
    (position) => valueAt(data, position) === undefined && !explanations(wholeOf(position)),
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

type ErrorAt = GraphQLFormattedError & { readonly path: Position };

/** The errors with a path: each of an entity becomes one of each of its fields, the others stay as they are. */
function withParts(errors: readonly GraphQLFormattedError[], positions: readonly Position[]): ErrorAt[] {
  const exact = errors.filter((error): error is ErrorAt => error.path !== undefined);
  if (exact.length === 0) return [];
  const fieldsAt = pathsByBeginning(positions);
  return exact.flatMap((error) => {
    const parts = fieldsAt(error.path) ?? [];
    return parts.length > 0 ? parts.map((position) => missingAt(position, error)) : [error];
  });
}

const missingAt = (path: Position, { message, extensions }: GraphQLFormattedError): ErrorAt => ({
  message,
  path,
  extensions: { ...extensions, [MISSING_FIELD]: true },
});
