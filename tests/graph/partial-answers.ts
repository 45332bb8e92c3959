import { Kind, parse, print, type FieldDefinitionNode, type TypeNode } from 'graphql';

/** An object type as one subgraph defines it. */
interface TypePart {
  readonly subgraph: string;
  readonly name: string;
  readonly fields: readonly FieldDefinitionNode[];
  readonly isEntity: boolean;
  /** Whether the router may fetch the type's fields here, by its key. */
  readonly isResolvable: boolean;
  readonly keyFields: readonly string[];
}

const ROOTS = ['Query', 'Mutation'];

/**
 * The fields through which one subgraph that cannot answer would null what other subgraphs answered, each in a sentence
 * with its remedy. `schemas` is the SDL of each subgraph, by its name.
 */
export function fieldsThatSpreadNull(schemas: Readonly<Record<string, string>>): string[] {
  const parts = Object.entries(schemas).flatMap(([subgraph, sdl]) => typesOf(subgraph, sdl));
  return parts.flatMap((part) => [
    ...(ROOTS.includes(part.name) ? rootFields(part) : contributedFields(part, parts)),
    ...references(part, parts),
  ]);
}

/** Root fields of all subgraphs are answered side by side: none may null the others. */
const rootFields = ({ name, subgraph, fields }: TypePart): string[] =>
  fields
    .filter(({ type }) => isNonNull(type))
    .map(
      (field) =>
        `${where(name, field, subgraph)} is not null: while ${subgraph} cannot answer, it would null the fields of other subgraphs in the same operation. ${remedy(print(field.type), nullable(field.type))}`,
    );

/** Fields that a subgraph adds to an entity of another one, which is the subgraph whose Query returns that entity. */
function contributedFields(part: TypePart, parts: readonly TypePart[]): string[] {
  const { name, subgraph, keyFields } = part;
  const added = part.fields.filter((field) => !keyFields.includes(field.name.value));
  if (!part.isEntity || !part.isResolvable || added.length === 0) return [];
  const owners = ownersOf(name, parts);
  const [owner] = owners;
  if (owner === undefined || owners.length > 1)
    return [
      `${name} is an entity of ${subgraph}, and ${owner === undefined ? 'no Query' : `the Query of ${owners.join(' and ')}`} returns it: let the Query of exactly one subgraph, its owner, return ${name}.`,
    ];
  if (owner === subgraph) return [];
  return added
    .filter(({ type }) => isNonNull(type))
    .map(
      (field) =>
        `${where(name, field, subgraph)} is not null: ${subgraph} adds it to an entity of ${owner}, and while ${subgraph} cannot answer, it would null the whole ${name}. ${remedy(print(field.type), nullable(field.type))}`,
    );
}

/** Fields that lead to an entity which has non-null fields that only another subgraph can answer. */
function references({ name, subgraph, fields }: TypePart, parts: readonly TypePart[]): string[] {
  return fields.flatMap((field) => {
    const element = elementOf(field.type);
    if (!isNonNull(element)) return [];
    const entity = namedType(element);
    const here = parts.find((part) => part.name === entity && part.subgraph === subgraph);
    if (!here?.isEntity) return [];
    const owners = ownersOf(entity, parts);
    const known = here.fields.map((each) => each.name.value);
    const elsewhere = parts
      .filter((part) => part.name === entity && part.subgraph !== subgraph && owners.includes(part.subgraph))
      .flatMap((part) =>
        part.fields
          .filter((each) => isNonNull(each.type) && !known.includes(each.name.value))
          .map((each) => ({ field: each.name.value, subgraph: part.subgraph })),
      )[0];
    if (!elsewhere) return [];
    return [
      `${where(name, field, subgraph)} is not null: ${entity}.${elsewhere.field} is answered by ${elsewhere.subgraph} and is not null, so while ${elsewhere.subgraph} cannot answer, the whole ${name} would be null. ${remedy(print(field.type), withNullableElement(field.type))}`,
    ];
  });
}

const ownersOf = (entity: string, parts: readonly TypePart[]): string[] =>
  parts
    .filter(({ name, fields }) => name === 'Query' && fields.some(({ type }) => namedType(type) === entity))
    .map(({ subgraph }) => subgraph);

function typesOf(subgraph: string, sdl: string): TypePart[] {
  return parse(sdl, { noLocation: true }).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) return [];
    const keys = (definition.directives ?? []).filter(({ name }) => name.value === 'key');
    const argument = (key: (typeof keys)[number], name: string) =>
      key.arguments?.find((each) => each.name.value === name)?.value;
    const isUnresolvable = (key: (typeof keys)[number]): boolean => {
      const resolvable = argument(key, 'resolvable');
      return resolvable?.kind === Kind.BOOLEAN && !resolvable.value;
    };
    return [
      {
        subgraph,
        name: definition.name.value,
        fields: definition.fields ?? [],
        isEntity: keys.length > 0,
        isResolvable: !keys.every(isUnresolvable),
        keyFields: keys.flatMap((key) => {
          const fields = argument(key, 'fields');
          return fields?.kind === Kind.STRING ? fields.value.split(/\s+/) : [];
        }),
      },
    ];
  });
}

const isNonNull = (type: TypeNode): boolean => type.kind === Kind.NON_NULL_TYPE;

/** The type of a list's elements, or the type itself. */
function elementOf(type: TypeNode): TypeNode {
  const inner = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  return inner.kind === Kind.LIST_TYPE ? elementOf(inner.type) : type;
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

const where = (type: string, { name }: FieldDefinitionNode, subgraph: string): string =>
  `${type}.${name.value} of ${subgraph}`;

const remedy = (type: string, instead: string): string => `Write ${instead} instead of ${type}.`;

const nullable = (type: TypeNode): string => print(type.kind === Kind.NON_NULL_TYPE ? type.type : type);

/** The same type with elements that may be null; of a type that is no list, the type that may be null. */
function withNullableElement(type: TypeNode): string {
  const inner = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  if (inner.kind !== Kind.LIST_TYPE) return print(inner);
  return `[${withNullableElement(inner.type)}]${isNonNull(type) ? '!' : ''}`;
}
