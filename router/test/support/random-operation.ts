import type { GeneratorValue } from 'fast-check';
import * as fc from 'fast-check';
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';

export interface RandomOperation {
  readonly query: string;
  readonly variables: Record<string, boolean>;
}

interface Sofar {
  readonly schema: GraphQLSchema;
  readonly names: readonly string[];
  /** Fields, as Type.field, that are not selected, for the operation has conditions; undefined where it has none. */
  readonly besideConditions: readonly string[] | undefined;
  readonly pick: GeneratorValue;
  readonly fragments: string[];
  /** How many selections may still be added. */
  left: number;
}

/** Which field, of which type, each response name of a selection set stands for, so that every generated operation is a valid one. */
type Taken = Map<string, { readonly field: string; readonly below: Taken }>;

/**
 * A valid query whose aliases are drawn from `names`, with fragments, merged selections and conditions. Where an operation has
 * conditions it has none of the fields `requiring` (Type.field), which need another one by @requires: the query planner fetches
 * what they need under their condition, and everything that it fetches together with them fails where that is skipped.
 */
export function randomOperation(
  schema: GraphQLSchema,
  names: readonly string[],
  pick: GeneratorValue,
  requiring: readonly string[] = [],
): RandomOperation {
  const besideConditions = requiring.length === 0 || pick(fc.boolean) ? requiring : undefined;
  const sofar: Sofar = { schema, names, pick, besideConditions, fragments: [], left: SELECTIONS };
  const query = schema.getQueryType();
  if (!query) throw new Error('the graph has no queries');
  const taken: Taken = new Map();
  const body = selectionSet(sofar, query, 5, taken);
  const introspection = chance(pick, 20) ? introspectionOf(oneOf(pick, names), taken) : '';
  // A variable has to be used, whatever was drawn.
  const uses = `... on Query @include(if: $yes) @skip(if: $no) { used: __typename ${introspection} }`;
  return {
    query: [
      `query Asked($yes: Boolean = true, $no: Boolean!) { ${uses} ...Root }`,
      `fragment Root on Query ${body}`,
      ...sofar.fragments,
    ].join('\n'),
    variables: { no: pick(fc.boolean), ...(pick(fc.boolean) && { yes: pick(fc.boolean) }) },
  };
}

const introspectionOf = (alias: string, taken: Taken): string =>
  taken.has(alias) ? '' : `${alias}: __schema { __typename: queryType { id: name isOneOf } }`;

const SELECTIONS = 20;

const oneOf = <T>(pick: GeneratorValue, values: readonly T[]): T => {
  const value = values[pick(fc.nat, { max: values.length - 1 })];
  if (value === undefined) throw new Error('nothing to choose from');
  return value;
};
const chance = (pick: GeneratorValue, percent: number): boolean => pick(fc.nat, { max: 99 }) < percent;

function selectionSet(sofar: Sofar, type: GraphQLCompositeType, depth: number, taken: Taken): string {
  const count = Math.min(sofar.left, 1 + sofar.pick(fc.nat, { max: 3 }));
  sofar.left -= count;
  const selections = Array.from({ length: count }, () => selection(sofar, type, depth, taken)).filter(
    (text) => text !== '',
  );
  return `{ ${selections.length > 0 ? selections.join(' ') : 'filler: __typename'} }`;
}

function selection(sofar: Sofar, type: GraphQLCompositeType, depth: number, taken: Taken): string {
  const { pick, schema } = sofar;
  if (!chance(pick, 25) || depth === 0) return field(sofar, type, depth, taken);
  const condition = oneOf(pick, typesWithin(schema, type));
  const body = selectionSet(sofar, condition, depth - 1, taken);
  if (chance(pick, 50)) return `... on ${condition.name} ${directive(sofar)} ${body}`;
  const name = `F${String(sofar.fragments.length)}`;
  sofar.fragments.push(`fragment ${name} on ${condition.name} ${body}`);
  return `...${name} ...${name} ${directive(sofar)}`;
}

function typesWithin(schema: GraphQLSchema, type: GraphQLCompositeType): GraphQLCompositeType[] {
  if (isAbstractType(type)) return [type, ...schema.getPossibleTypes(type)];
  return [type, ...type.getInterfaces()];
}

function field(sofar: Sofar, type: GraphQLCompositeType, depth: number, taken: Taken): string {
  const { pick, names } = sofar;
  const fields = isUnionType(type)
    ? []
    : Object.values(type.getFields()).filter((one) => !sofar.besideConditions?.includes(`${type.name}.${one.name}`));
  const possible = fields.filter((one) => depth > 0 || isLeafType(getNamedType(one.type)));
  const chosen = possible.length === 0 || chance(pick, 10) ? undefined : oneOf(pick, possible);
  const text = chosen ? `${chosen.name}${argumentsOf(pick, chosen)}` : '__typename';
  const plain = chosen?.name ?? '__typename';
  const alias = chance(pick, 70) ? oneOf(pick, names) : plain;
  const existing = taken.get(alias);
  // Types of one selection set may have fields of one name and of different types, which a valid operation names apart.
  const meaning = `${text}: ${String(chosen?.type ?? '__typename')}`;
  if (existing && existing.field !== meaning) return '';
  const place = existing ?? { field: meaning, below: new Map() };
  taken.set(alias, place);
  const below = chosen ? getNamedType(chosen.type) : undefined;
  const body = below && isCompositeType(below) ? selectionSet(sofar, below, depth - 1, place.below) : '';
  return `${alias === plain ? '' : `${alias}: `}${text} ${directive(sofar)} ${body}`;
}

function argumentsOf(pick: GeneratorValue, { args }: GraphQLField<unknown, unknown>): string {
  const given = args.flatMap((argument) => {
    const named = getNamedType(argument.type).name;
    if (!isRequiredArgument(argument) && !(named === 'Int' && chance(pick, 30))) return [];
    return [`${argument.name}: ${named === 'Int' ? String(1 + pick(fc.nat, { max: 1 })) : '"7"'}`];
  });
  return given.length > 0 ? `(${given.join(', ')})` : '';
}

const directive = ({ pick, besideConditions }: Sofar): string =>
  besideConditions && chance(pick, 10)
    ? oneOf(pick, ['@include(if: $yes)', '@skip(if: $no)', '@skip(if: false)', '@include(if: false)'])
    : '';

/** Names that clash with the graph's own fields or with names that a query planner is known to add. */
export function clashingNames(schema: GraphQLSchema): string[] {
  const own = Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && (isObjectType(type) || isInterfaceType(type)))
    .flatMap((type) => Object.keys('getFields' in type ? type.getFields() : {}));
  const names = [...new Set(own), ...plannerNames, 'plain', 'other'];
  // Half of the draws are names that fetches of entities depend on.
  return [...names, ...names.map((_, index) => keyNames[index % keyNames.length] ?? '')];
}

const keyNames = ['id', '__typename', 'memberId', 'price', 'code'];

const plannerNames = [
  '__typename',
  '_entities',
  '_service',
  '_0',
  '__self',
  '__proto__',
  'constructor',
  'alias__id',
  'alias__alias__id',
  'id__alias_0',
  'name__alias_0',
  'representations',
];
