import type { ApolloServerPlugin } from '@apollo/server';
import { isLeftOut } from '@rentalbook/service-kit';
import {
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type GraphQLError,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { entriesOf } from './list-entries';
import { operationRefused } from './operation-refused';
import { fieldsOf, fragmentsOf } from './selections';
import { withDefaults, type Variables } from './variables';

/** How many entries of lists an answer may hold, and how many values a list in the request may have. */
const ENTRIES_AT_MOST = 5_000;
const VALUES_AT_MOST = 100;
/** How many fields of an operation may search a list, which costs more than to read it. */
const SEARCHES_AT_MOST = 2;

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
