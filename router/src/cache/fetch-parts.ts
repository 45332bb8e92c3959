import { ENTITIES } from '@rentalbook/service-kit';
import type { SubgraphAnswer, SubgraphAnswerError } from '../resilience/subgraph-answer';

export type Variables = Readonly<Record<string, unknown>>;

/** The answer of a subgraph for the parts at these places. */
export interface LoadedParts {
  readonly places: readonly number[];
  readonly answer: SubgraphAnswer;
}

/** The representations of a fetch of entities, and the other variables. */
export function representationsOf(variables: Variables): {
  readonly rest: Variables;
  readonly representations: readonly unknown[] | undefined;
} {
  const { representations, ...rest } = variables;
  return Array.isArray(representations) ? { rest, representations } : { rest: variables, representations: undefined };
}

/** The answer to a fetch, from stored parts and from what was loaded for the places without one. */
export function mergedAnswer(
  representations: readonly unknown[] | undefined,
  stored: readonly (string | undefined)[],
  loaded: readonly LoadedParts[],
): SubgraphAnswer {
  if (!representations) {
    const [text] = stored;
    if (text !== undefined) return { data: JSON.parse(text) as Record<string, unknown>, errors: [] };
    const [only] = loaded;
    if (!only) throw new Error('a fetch has neither a stored nor a loaded answer');
    return only.answer;
  }
  const entities = stored.map((text): unknown => (text === undefined ? null : JSON.parse(text)));
  for (const { places, answer } of loaded) {
    const found = answer.data?.[ENTITIES];
    for (const [index, place] of places.entries())
      entities[place] = Array.isArray(found) ? ((found as unknown[])[index] ?? null) : null;
  }
  const errors = loaded.flatMap(({ places, answer }) => answer.errors.map((error) => inPlace(error, places)));
  return { data: { [ENTITIES]: entities }, errors };
}

/** The same error, with the place of its entity in the whole fetch. */
function inPlace(error: SubgraphAnswerError, places: readonly number[]): SubgraphAnswerError {
  const [first, index, ...rest] = error.path ?? [];
  const place = first === ENTITIES && typeof index === 'number' ? places[index] : undefined;
  return place === undefined ? error : { ...error, path: [ENTITIES, place, ...rest] };
}
