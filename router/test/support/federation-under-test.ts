import { composeServices } from '@apollo/composition';
import { Supergraph } from '@apollo/federation-internals';
import { ApolloGateway, LocalGraphQLDataSource, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  execute,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { createHash } from 'node:crypto';
import { withPartialAnswers } from '../../src/gateway/partial-answers';
import { withSafeNames } from '../../src/gateway/safe-names-gateway';

type Variables = Record<string, unknown>;

export interface Answer {
  readonly data: unknown;
  /** The paths of the errors, sorted: the order in which subgraphs answer is not part of the answer. */
  readonly errorPaths: readonly string[];
}

export interface FederationUnderTest {
  /** One schema with all fields of the graph, as a client sees it. */
  readonly monolith: GraphQLSchema;
  /** The answer that the gateway puts together from the subgraphs. */
  ask(query: string, variables?: Variables, operationName?: string): Promise<Answer>;
  /** The answer of plain execution on the monolith. */
  expected(query: string, variables?: Variables, operationName?: string): Promise<Answer>;
  stop(): Promise<void>;
}

export interface FederationOptions {
  /** SDL by the name of the subgraph. */
  readonly subgraphs: Readonly<Record<string, string>>;
  /** Entities, each with the scalar field of its key that identifies it. */
  readonly entities: Readonly<Record<string, string>>;
  /** The field that a field needs by @requires, both as Type.field. */
  readonly requires?: Readonly<Record<string, string>>;
}

/** An object of the generated world: its seed alone decides the values of its fields, in whichever subgraph they are. */
interface Seeded {
  readonly __typename: string;
  readonly seed: string;
  /** What the gateway sent, where it asked for an entity. */
  readonly reference?: Readonly<Record<string, unknown>>;
}

/** Composes subgraphs whose every value is a function of its place in the graph, and the same graph as a monolith. */
export async function startFederation(options: FederationOptions): Promise<FederationUnderTest> {
  const services = Object.entries(options.subgraphs).map(([name, sdl]) => ({ name, typeDefs: parse(sdl) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors.join('\n'));
  const monolith = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();
  const fieldResolver = worldOf(monolith, options);
  const byName = new Map(
    services.map(({ name, typeDefs }) => [
      name,
      subgraph(buildSubgraphSchema({ typeDefs, resolvers: referencesOf(options) }), fieldResolver),
    ]),
  );
  const server = new ApolloServer({
    gateway: withSafeNames(
      withPartialAnswers(
        new ApolloGateway({
          supergraphSdl,
          buildService: ({ name }) => {
            const source = byName.get(name);
            if (!source) throw new Error(`there is no subgraph ${name}`);
            return source;
          },
          logger: noopLogger,
        }),
      ),
    ),
    logger: noopLogger,
    introspection: true,
  });
  await server.start();
  return {
    monolith,
    async ask(query, variables = {}, operationName) {
      const request = { query, variables, ...(operationName !== undefined && { operationName }) };
      const { body } = await server.executeOperation(request);
      if (body.kind !== 'single') throw new Error('the gateway answers in one piece');
      const { extensions } = body.singleResult;
      if (extensions?.['valueCompletion']) throw new Error(`missing values: ${JSON.stringify(extensions)}`);
      return answerOf(body.singleResult);
    },
    async expected(query, variables = {}, operationName) {
      const document = parse(query);
      const asked = {
        schema: monolith,
        document,
        rootValue: root,
        variableValues: variables,
        operationName,
        fieldResolver,
      };
      return answerOf(await execute(asked));
    },
    stop: () => server.stop(),
  };
}

const silent = (): void => undefined;
const noopLogger = { debug: silent, info: silent, warn: silent, error: silent };
const root: Seeded = { __typename: 'Query', seed: 'root' };

function answerOf({
  data,
  errors = [],
}: Pick<ExecutionResult, 'data'> & { errors?: readonly { path?: unknown; message: string }[] }): Answer {
  const errorPaths = errors.map(({ path, message }) => (path === undefined ? message : JSON.stringify(path))).sort();
  return { data: JSON.parse(JSON.stringify(data ?? null)) as unknown, errorPaths };
}

function subgraph(schema: GraphQLSchema, fieldResolver: GraphQLFieldResolver<Seeded, unknown>): GraphQLDataSource {
  const source = new LocalGraphQLDataSource(schema);
  return Object.assign(source, {
    async process({ request }: Parameters<GraphQLDataSource['process']>[0]) {
      const document = parse(request.query ?? '');
      return execute({ schema, document, rootValue: root, variableValues: request.variables ?? {}, fieldResolver });
    },
  }) as GraphQLDataSource;
}

const referencesOf = ({ entities }: FederationOptions) =>
  Object.fromEntries(
    Object.entries(entities).map(([type, key]) => [
      type,
      {
        __resolveReference: (reference: Record<string, unknown>): Seeded => ({
          __typename: type,
          seed: `${type}:${String(reference[key])}`,
          reference,
        }),
      },
    ]),
  );

const digest = (text: string): number => createHash('sha1').update(text).digest().readUInt32BE();

function worldOf(monolith: GraphQLSchema, options: FederationOptions): GraphQLFieldResolver<Seeded, unknown> {
  const { entities, requires = {} } = options;
  const typeOf = (field: string): GraphQLOutputType => {
    const [type = '', name = ''] = field.split('.');
    const found = monolith.getType(type);
    const fieldType = isObjectType(found) ? found.getFields()[name]?.type : undefined;
    if (!fieldType) throw new Error(`the graph has no field ${field}`);
    return fieldType;
  };
  const value = (type: GraphQLOutputType, seed: string): unknown => {
    if (!isNonNullType(type) && digest(`${seed}?`) % 7 === 0) return null;
    if (!isNonNullType(type) && digest(`${seed}?`) % 7 === 1) return new Error(`${seed} fails`);
    const nullable = getNullableType(type);
    if (isListType(nullable))
      return Array.from({ length: 1 + (digest(seed) % 2) }, (_, index) =>
        value(nullable.ofType, `${seed}[${String(index)}]`),
      );
    const named = getNamedType(nullable);
    if (isAbstractType(named)) {
      const possible = monolith
        .getPossibleTypes(named)
        .map(({ name }) => name)
        .sort();
      return object(possible[digest(`${seed}!`) % possible.length] ?? '', seed);
    }
    return isObjectType(named) ? object(named.name, seed) : leaf(named, seed);
  };
  const object = (type: string, seed: string): Seeded => ({
    __typename: type,
    seed: type in entities ? `${type}:${String(digest(seed))}` : seed,
  });
  return ({ seed, reference }, args, _context, { parentType: { name: parent }, fieldName }: GraphQLResolveInfo) => {
    if (entities[parent] === fieldName) return seed.slice(parent.length + 1);
    const field = `${parent}.${fieldName}`;
    const needed = requires[field];
    const own = `${seed}.${fieldName}${JSON.stringify(args)}`;
    if (needed === undefined) return value(typeOf(field), own);
    const [, name = ''] = needed.split('.');
    const given = reference ? reference[name] : value(typeOf(needed), `${seed}.${name}{}`);
    return value(typeOf(field), `${own}(${String(given)})`);
  };
}

function leaf(type: GraphQLLeafType, seed: string): unknown {
  if (isEnumType(type)) return type.getValues()[digest(seed) % type.getValues().length]?.name;
  if (type.name === 'Int') return digest(seed) % 1_000;
  if (type.name === 'Float') return (digest(seed) % 1_000) / 8;
  if (type.name === 'Boolean') return digest(seed) % 2 === 0;
  return `${type.name}-${String(digest(seed))}`;
}
