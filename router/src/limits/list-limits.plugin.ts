import type { ApolloServerPlugin } from '@apollo/server';
import { DEFAULT_PAGE, isLeftOut, MAX_PAGE } from '@rentalbook/service-kit';
import {
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { operationRefused } from './operation-refused';
import { fieldsOf, type FindFragment } from './selections';
import { withDefaults, type Variables } from './variables';

/** How many entries of lists an answer may hold, and how many values a list in the request may have. */
const ENTRIES_AT_MOST = 5_000;
const VALUES_AT_MOST = 100;
/** How many fields of an operation may search a list, which costs more than to read it. */
const SEARCHES_AT_MOST = 2;
/** By what a field is known to be a list: what every connection has. */
const PARTS = ['edges', 'pageInfo'];

/** Refuses operations whose answer could hold too many entries, lists within lists counted, and lists that are too long. */
export const limitLists: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ document, operation, request: { variables = {} } }): Promise<void> {
        const entries = operation ? entriesOf(operation, document, variables) : 0;
        if (entries > ENTRIES_AT_MOST) throw refusal('OPERATION_ENTRIES', entries, ENTRIES_AT_MOST);
        const searches = operation ? searchesOf(operation, document, variables) : 0;
        if (searches > SEARCHES_AT_MOST) throw refusal('OPERATION_SEARCHES', searches, SEARCHES_AT_MOST);
        const values = Math.max(longestIn(variables), longestLiteral(document));
        if (values > VALUES_AT_MOST) throw refusal('OPERATION_VALUES', values, VALUES_AT_MOST);
        return Promise.resolve();
      },
    }),
};

const refusal = (
  beyond: 'OPERATION_ENTRIES' | 'OPERATION_SEARCHES' | 'OPERATION_VALUES',
  count: number,
  most: number,
): GraphQLError => operationRefused('GRAPHQL_VALIDATION_FAILED', beyond, { count, most });

export const fragmentsOf =
  ({ definitions }: DocumentNode): FindFragment =>
  (name) =>
    definitions.find(
      (one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name,
    );

/** How many entries the lists of an answer may hold. Runs after validation, which bounds how much there is to walk through. */
export function entriesOf(operation: OperationDefinitionNode, document: DocumentNode, given: Variables): number {
  const variables = withDefaults(operation, given);
  const fragment = fragmentsOf(document);
  /** What is asked for of a field of which there are so many. */
  const below = (selections: SelectionSetNode, times: number): number => {
    let sum = 0;
    for (const field of fieldsOf(selections, fragment))
      sum += field.selectionSet ? within(field, field.selectionSet, times) : 0;
    return sum;
  };
  const within = (field: FieldNode, selections: SelectionSetNode, times: number): number => {
    const isList = [...fieldsOf(selections, fragment)].some(({ name }) => PARTS.includes(name.value));
    const entries = isList ? times * sizeOf(field, variables) : 0;
    return entries + below(selections, isList ? entries : times);
  };
  return below(operation.selectionSet, 1);
}

/** How many fields have an argument `search` with something to search for. */
function searchesOf(operation: OperationDefinitionNode, document: DocumentNode, given: Variables): number {
  const variables = withDefaults(operation, given);
  const fragment = fragmentsOf(document);
  const within = (selections: SelectionSetNode): number => {
    let count = 0;
    for (const field of fieldsOf(selections, fragment))
      count += Number(isSearch(field, variables)) + (field.selectionSet ? within(field.selectionSet) : 0);
    return count;
  };
  return within(operation.selectionSet);
}

function isSearch({ arguments: given = [] }: FieldNode, variables: Variables): boolean {
  const value = given.find(({ name }) => name.value === 'search')?.value;
  const typed =
    value?.kind === Kind.VARIABLE ? variables[value.name.value] : value?.kind === Kind.STRING ? value.value : null;
  return typeof typed === 'string' && !isLeftOut(typed);
}

/** How many entries a connection may return; a size out of bounds, or two sizes, it refuses itself. */
function sizeOf({ arguments: given = [] }: FieldNode, variables: Variables): number {
  const sizes = given.flatMap(({ name, value }) => {
    if (name.value !== 'first' && name.value !== 'last') return [];
    const size =
      value.kind === Kind.VARIABLE ? variables[value.name.value] : value.kind === Kind.INT ? Number(value.value) : null;
    return typeof size === 'number' ? [Math.min(MAX_PAGE, Math.max(0, size))] : [];
  });
  return sizes.length > 0 ? Math.max(...sizes) : DEFAULT_PAGE;
}

/** Without recursion: nothing bounds how deep a variable is but the size of the body. */
function longestIn(variables: Variables): number {
  let longest = 0;
  const left: unknown[] = [variables];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) longest = Math.max(longest, value.length);
    for (const inner of Object.values(value)) left.push(inner);
  }
  return longest;
}

function longestLiteral(node: DocumentNode): number {
  let longest = 0;
  visit(node, {
    ListValue({ values }) {
      longest = Math.max(longest, values.length);
    },
  });
  return longest;
}
