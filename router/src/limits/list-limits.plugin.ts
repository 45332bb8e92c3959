import type { ApolloServerPlugin } from '@apollo/server';
import { MAX_PAGE } from '@rentalbook/service-kit';
import { GraphQLError, Kind, visit, type DocumentNode, type FieldNode, type OperationDefinitionNode } from 'graphql';
import { fieldsOf, type FindFragment } from './selections';

type Variables = Readonly<Record<string, unknown>>;

/** How many entries of lists an answer may hold, and how many values a list in the request may have. */
const ENTRIES_AT_MOST = 5_000;
const VALUES_AT_MOST = 100;
/** By what a field is known to be a list: what every connection has. */
const PARTS = ['edges', 'pageInfo'];
/** What a list of the graph gives to who does not say. */
const FIRST = 20;

/** Refuses operations whose answer could hold too many entries, lists within lists counted, and lists that are too long. */
export const limitLists: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ document, operation, request: { variables = {} } }): Promise<void> {
        const entries = operation ? entriesOf(operation, document, variables) : 0;
        if (entries > ENTRIES_AT_MOST)
          throw refusal(`could hold ${String(entries)} entries of lists; ask for at most ${String(ENTRIES_AT_MOST)}`);
        const values = Math.max(longestIn(variables), longestLiteral(document));
        if (values > VALUES_AT_MOST)
          throw refusal(`has a list of ${String(values)} values; send at most ${String(VALUES_AT_MOST)}`);
        return Promise.resolve();
      },
    }),
};

const refusal = (fault: string): GraphQLError =>
  new GraphQLError(`The operation ${fault}.`, {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } },
  });

/** Runs after validation, which bounds how much there is to walk through. */
function entriesOf(operation: OperationDefinitionNode, document: DocumentNode, variables: Variables): number {
  const fragment: FindFragment = (name) =>
    document.definitions.find(
      (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name,
    ) as ReturnType<FindFragment>;
  const below = ({ selectionSet }: OperationDefinitionNode | FieldNode, each: number): number => {
    if (!selectionSet) return 0;
    const fields = [...fieldsOf(selectionSet, fragment)];
    return fields.reduce((sum, field) => {
      const isList =
        field.selectionSet &&
        [...fieldsOf(field.selectionSet, fragment)].some(({ name }) => PARTS.includes(name.value));
      const entries = isList ? each * firstOf(field, variables) : 0;
      return sum + entries + below(field, isList ? entries : each);
    }, 0);
  };
  return below(operation, 1);
}

function firstOf({ arguments: given = [] }: FieldNode, variables: Variables): number {
  const value = given.find(({ name }) => name.value === 'first')?.value;
  const first =
    value?.kind === Kind.VARIABLE
      ? variables[value.name.value]
      : value?.kind === Kind.INT
        ? Number(value.value)
        : FIRST;
  // More than that, or less than one, is refused by the list itself.
  return typeof first === 'number' ? Math.min(MAX_PAGE, Math.max(0, first)) : FIRST;
}

function longestIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).map(longestIn);
  return Math.max(Array.isArray(value) ? value.length : 0, ...inner);
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
