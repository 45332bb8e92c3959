import { ENTITIES } from '@rentalbook/service-kit';
import {
  getDirectiveValues,
  getOperationAST,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { withDefaults } from '../limits/variables';
import { isRecord } from '../resilience/subgraph-answer';

/** A response position in the answer to a fetch: `['book']`, or `['_entities', 0, 'title']`. */
export type Position = readonly (string | number)[];

export interface FetchedOperation {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A position within an entity begins with `_entities` and the index of its representation. */
const ENTITY_DEPTH = 2;

export interface FetchPositions {
  /** The positions that the answer has to fill: root fields, and of entities the selected fields of each. */
  readonly positions: readonly Position[];
  /** How many entities the answer has to list; undefined for a fetch of root fields. */
  readonly entities: number | undefined;
}

export function positionsOf({ document, variables: given }: FetchedOperation): FetchPositions {
  const operation = getOperationAST(document);
  // The gateway passes on the variables of the client; the subgraph knows the defaults of the others.
  const variables = operation ? withDefaults(operation, given) : given;
  const fieldsOf = selectedFields(document, variables);
  const root = operation?.selectionSet;
  const [entities] = root?.selections ?? [];
  if (entities?.kind !== Kind.FIELD || entities.name.value !== ENTITIES || !entities.selectionSet)
    return { positions: root ? fieldsOf(root, undefined).map((name) => [name]) : [], entities: undefined };

  const { selectionSet } = entities;
  const representations = representationsIn(variables);
  const types = new Set(representations.map(({ __typename }) => __typename));
  const fields = new Map([...types].map((typename) => [typename, fieldsOf(selectionSet, typename)]));
  const positions = representations.flatMap(({ __typename }, index) =>
    (fields.get(__typename) ?? []).map((name) => [ENTITIES, index, name]),
  );
  return { positions, entities: representations.length };
}

/** The entities of an answer, with nulls for missing ones; undefined when their number is not the requested one. */
export function entitiesIn(data: Record<string, unknown> | null, expected: number): unknown[] | undefined {
  const entities = data?.[ENTITIES];
  if (!Array.isArray(entities) || entities.length !== expected) return undefined;
  return entities.map((entity: unknown) => (isRecord(entity) ? entity : null));
}

export const answerWith = (entities: unknown[]): Record<string, unknown> => ({ [ENTITIES]: entities });

export function valueAt(data: Record<string, unknown> | null, position: Position): unknown {
  return position.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | null)?.[key], data);
}

/** The path of the entity or root field that a position is in: an error there, or below, explains a missing value. */
export const wholeOf = (position: Position): Position => position.slice(0, position[0] === ENTITIES ? ENTITY_DEPTH : 1);

/** Response names by selection set and type, through fragments, without fields that `@skip` or `@include` exclude. */
function selectedFields(document: DocumentNode, variables: FetchedOperation['variables']) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);

  const isIncluded = (node: SelectionNode): boolean =>
    getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false;

  const fieldsOf = ({ selections }: SelectionSetNode, typename: unknown): string[] =>
    selections.filter(isIncluded).flatMap((selection) => {
      if (selection.kind === Kind.FIELD)
        return selection.name.value === '__typename' ? [] : [(selection.alias ?? selection.name).value];
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const onType = fragment?.typeCondition?.name.value;
      const applies = onType === undefined || typename === undefined || onType === typename;
      return fragment && applies ? fieldsOf(fragment.selectionSet, typename) : [];
    });
  return (selection: SelectionSetNode, typename: unknown): string[] => [...new Set(fieldsOf(selection, typename))];
}

/** The gateway puts the keys of the entities that it fetches into this variable. */
function representationsIn(variables: FetchedOperation['variables']): { readonly __typename?: unknown }[] {
  const { representations } = variables;
  return Array.isArray(representations) ? (representations as { readonly __typename?: unknown }[]) : [];
}
