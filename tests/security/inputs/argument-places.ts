import {
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

/** Where a client's value goes in: an argument, or a field of one that is an object. */
export interface ArgumentPlace {
  /** Like Mutation.addBook(input.title). */
  readonly name: string;
  readonly type: GraphQLInputType;
  /** The field of the root through which it is reached. */
  readonly rootField: string;
  /** A request with this value there, and harmless ones in the other required places. */
  request(value: unknown): { readonly query: string; readonly variables: Readonly<Record<string, unknown>> };
}

interface Step {
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
}

/** Every place of every field that can be reached from a root, each by its shortest way. */
export function argumentPlaces(schema: GraphQLSchema): readonly ArgumentPlace[] {
  const ways: Step[][] = [schema.getQueryType(), schema.getMutationType()].flatMap((root) => fieldsOf(root, []));
  const known = new Set<string>();
  const places: ArgumentPlace[] = [];
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    const last = way.at(-1);
    if (!last) continue;
    const named = getNamedType(last.field.type);
    const coordinate = `${last.type.name}.${last.field.name}`;
    if (known.has(coordinate)) continue;
    known.add(coordinate);
    for (const argument of last.field.args) places.push(...placesIn(way, coordinate, argument));
    // What a mutation returns is reached by a query as well.
    if (isObjectType(named) && way[0]?.type !== schema.getMutationType()) ways.push(...fieldsOf(named, way));
  }
  return places;
}

const fieldsOf = (type: GraphQLObjectType | null | undefined, way: readonly Step[]): Step[][] =>
  type ? Object.values(type.getFields()).map((field) => [...way, { type, field }]) : [];

function placesIn(way: readonly Step[], coordinate: string, argument: GraphQLArgument): ArgumentPlace[] {
  const [root] = way;
  if (!root) return [];
  const named = getNamedType(argument.type);
  const inner = isInputObjectType(named) ? Object.values(named.getFields()) : [];
  const place = (path: string, type: GraphQLInputType, valueAt: (value: unknown) => unknown): ArgumentPlace => ({
    name: `${coordinate}(${path})`,
    type,
    rootField: root.field.name,
    request: (value) => requestAlong(way, argument, valueAt(value)),
  });
  return [
    place(argument.name, argument.type, (value) => value),
    ...inner.map(({ name, type }) =>
      place(`${argument.name}.${name}`, type, (value) => ({
        ...(harmless(argument.type) as Record<string, unknown>),
        [name]: value,
      })),
    ),
  ];
}

function requestAlong(way: readonly Step[], chosen: GraphQLArgument, value: unknown) {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const given = ({ field }: Step): string => {
    const used = field.args.filter((argument) => argument === chosen || isRequiredArgument(argument));
    const parts = used.map((argument) => {
      const name = `v${String(declared.length)}`;
      declared.push(`$${name}: ${String(argument.type)}`);
      variables[name] = argument === chosen ? value : harmless(argument.type);
      return `${argument.name}: $${name}`;
    });
    return parts.length > 0 ? `(${parts.join(', ')})` : '';
  };
  const last = way.at(-1);
  let text = last ? `${last.field.name}${given(last)} ${selectionOf(last.field.type, 3)}` : '';
  for (const step of [...way.slice(0, -1)].reverse()) text = `${step.field.name}${given(step)} { ${text} }`;
  const kind = way[0]?.type.name === 'Mutation' ? 'mutation' : 'query';
  return { query: `${kind}(${declared.join(', ')}) { ${text} }`, variables };
}

/** A value that fits the type and finds nothing. */
export function harmless(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return harmless(type.ofType);
  if (isListType(type)) return [];
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(required.map((field) => [field.name, harmless(field.type)]));
  }
  return String(type) === 'Int' ? 1 : 'no-such-thing';
}

/** Fields that show whether something was found: those without arguments, a few levels deep. */
export function selectionOf(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return '';
  if (!isObjectType(named)) return '{ __typename }';
  const plain = Object.values(named.getFields()).filter(({ args }) => args.length === 0);
  const leaves = plain.filter((field) => isLeafType(getNamedType(field.type))).slice(0, 3);
  const inner = depth > 0 ? plain.filter((field) => SHOWING.includes(field.name)) : [];
  const parts = [
    ...leaves.map(({ name }) => name),
    ...inner.map((field) => `${field.name} ${selectionOf(field.type, depth - 1)}`),
  ];
  return `{ ${parts.length > 0 ? parts.join(' ') : '__typename'} }`;
}

const SHOWING = ['edges', 'node', 'refusal', 'book', 'reservation', 'rental'];
