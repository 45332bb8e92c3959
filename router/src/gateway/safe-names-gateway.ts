import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  buildSchema,
  execute,
  getVariableValues,
  GraphQLError,
  printSchema,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { RequestContext } from './request-context';
import { SafeNames, type SafeOperation } from './safe-names';

type Gateway = ApolloServerOptionsWithGateway<RequestContext>['gateway'];
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;
type Request = Parameters<Executor>[0];
type Result = Awaited<ReturnType<Executor>>;
type Rewritten = SafeOperation | 'safe as it is';

/**
 * A gateway that answers every valid operation under the client's own names. The query planner of @apollo/gateway selects
 * key fields and `__typename` under their plain names, so an alias of such a name would get the other field's value.
 * Operations with such aliases are renamed before planning, and the answer is read back by executing the client's own
 * document on it, which answers introspection too. The caches of server and gateway keep their keys: the renamed
 * document is a function of the one that was sent.
 */
export const withSafeNames = (gateway: Gateway): Gateway => ({
  onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
  stop: () => gateway.stop(),
  async load(options) {
    const { executor } = await gateway.load(options);
    return { executor: executor && executeWithSafeNames(executor) };
  },
});

function executeWithSafeNames(executor: Executor): Executor {
  const namesOf = forEachSchema((schema) => new SafeNames(schema));
  // A copy, because Apollo Server gives the fields of its own schema resolvers.
  const copyOf = forEachSchema((schema) => buildSchema(printSchema(schema), { assumeValidSDL: true }));
  // The document store returns the same operation for the same document, so each is visited once while it is stored.
  const known = new WeakMap<OperationDefinitionNode, Rewritten>();
  const rewrite = ({ schema, document, operation }: Request): Rewritten => {
    const rewritten = known.get(operation) ?? namesOf(schema).rewrite(document, operation) ?? 'safe as it is';
    known.set(operation, rewritten);
    return rewritten;
  };
  return async (context) => {
    const rewritten = rewrite(context);
    if (rewritten === 'safe as it is') return executor(context);
    const graph = { names: namesOf(context.schema), schema: copyOf(context.schema) };
    const { variableDefinitions = [] } = context.operation;
    const given = context.request.variables ?? {};
    // Faults of variables are reported under the names that the client gave them.
    const { errors } = getVariableValues(graph.schema, variableDefinitions, given);
    if (errors) return { errors };
    const request = { ...context.request, variables: renameVariables(given, graph.names) };
    return readBack(await executor({ ...context, ...rewritten, request }), context, graph);
  };
}

interface Graph {
  readonly names: SafeNames;
  readonly schema: GraphQLSchema;
}

function forEachSchema<Value>(create: (schema: GraphQLSchema) => Value): (schema: GraphQLSchema) => Value {
  const created = new WeakMap<GraphQLSchema, { readonly value: Value }>();
  return (schema) => {
    const { value } = created.get(schema) ?? { value: create(schema) };
    created.set(schema, { value });
    return value;
  };
}

const renameVariables = (variables: Readonly<Record<string, unknown>>, names: SafeNames): Record<string, unknown> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [names.variableName(name), value]));

/** The gateway's result under the client's names. */
async function readBack(result: Result, { document, operation, request }: Request, graph: Graph): Promise<Result> {
  const { names, schema } = graph;
  const errors = (result.errors ?? []).map((error) => renamePath(error, names));
  if (!result.data) return { ...result, ...(errors.length > 0 && { errors }) };
  const fieldResolver: GraphQLFieldResolver<Record<string, unknown>, unknown> = (
    source,
    _args,
    _context,
    { fieldName, path },
  ) => source[names.responseName(fieldName, String(path.key))];
  const read = await execute({
    schema,
    document,
    rootValue: result.data,
    variableValues: request.variables ?? {},
    operationName: operation.name?.value,
    fieldResolver,
  });
  const all = [...errors, ...(read.errors ?? [])];
  return { ...result, ...read, ...(all.length > 0 && { errors: all }) };
}

function renamePath(error: GraphQLError, names: SafeNames): GraphQLError {
  const { path, nodes, originalError, extensions, message } = error;
  if (!path) return error;
  return new GraphQLError(message, {
    path: path.map((part) => (typeof part === 'string' ? names.requestedName(part) : part)),
    extensions,
    ...(nodes && { nodes }),
    ...(originalError && { originalError }),
  });
}
