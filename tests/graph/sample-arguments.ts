import type { Rule } from '@rentalbook/service-kit/allow-rules';
import { Kind, type DocumentNode, type FieldDefinitionNode, type TypeNode } from 'graphql';

/** The ids that operations are written with: of each entity, and of none. */
export type Fixtures = Readonly<Record<string, string>> & { readonly unknown: string };
type Texts = Readonly<Record<string, string>>;

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));

/** Finds the definition of a field by its type and name. */
export function fieldsOf({ definitions }: DocumentNode): (type: string, name: string) => FieldDefinitionNode {
  const fields = new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION
        ? (definition.fields ?? []).map((field) => [`${definition.name.value}.${field.name.value}`, field] as const)
        : [],
    ),
  );
  return (type, name) => {
    const field = fields.get(`${type}.${name}`);
    if (!field) throw new Error(`${type}.${name} is not in the graph`);
    return field;
  };
}

/** Writes the arguments of fields: the required ones, and one entry for a page of a list. */
export function sampleArguments({ definitions }: DocumentNode, fixtures: Fixtures) {
  const inputs = new Map(
    definitions.flatMap((one) => (one.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ? [[one.name.value, one]] : [])),
  );
  const enums = new Map(
    definitions.flatMap((one) =>
      one.kind === Kind.ENUM_TYPE_DEFINITION ? [[one.name.value, one.values?.[0]?.name.value ?? '']] : [],
    ),
  );
  /** The entity that a command with an owner is about, or that a query returns by its id. */
  const entity = ({ type, arguments: given = [] }: FieldDefinitionNode, rule: Rule | undefined): string | undefined => {
    const [first = ''] = rule?.to.includes('OWNER') ? rule.owner : [];
    const isCommand = given.some(({ name }) => name.value === 'input');
    if (isCommand) return first === '' ? undefined : first.charAt(0).toUpperCase() + first.slice(1);
    return given.some(({ name }) => name.value === 'id') ? namedType(type) : undefined;
  };
  const valueOf = (type: TypeNode, id: string, texts: Texts = {}): string => {
    if (type.kind === Kind.NON_NULL_TYPE) return valueOf(type.type, id, texts);
    if (type.kind === Kind.LIST_TYPE) return '[]';
    const input = inputs.get(type.name.value);
    if (input)
      return `{ ${(input.fields ?? [])
        .filter(
          ({ name, type, defaultValue }) => name.value in texts || (type.kind === Kind.NON_NULL_TYPE && !defaultValue),
        )
        .map(
          ({ name, type }) =>
            `${name.value}: ${name.value in texts ? JSON.stringify(texts[name.value]) : valueOf(type, id)}`,
        )
        .join(', ')} }`;
    const scalars: Readonly<Record<string, string>> = {
      ...{ ID: JSON.stringify(id), Int: '1', Float: '1', Boolean: 'true' },
      ...{ String: '"Permitted"', DateTime: '"2030-01-01T00:00:00.000Z"' },
    };
    const value = scalars[type.name.value] ?? enums.get(type.name.value);
    if (value === undefined) throw new Error(`${type.name.value} has no value to test with; add one here.`);
    return value;
  };
  const write = (field: FieldDefinitionNode, rule?: Rule, texts?: Texts): string => {
    const about = entity(field, rule);
    const id = fixtures[about ?? 'unknown'];
    if (id === undefined && rule?.to.includes('OWNER'))
      throw new Error(`The test has no ${String(about)} that belongs to a member; add one to its fixtures.`);
    const given = (field.arguments ?? [])
      .filter(
        ({ name, type, defaultValue }) => name.value === 'first' || (type.kind === Kind.NON_NULL_TYPE && !defaultValue),
      )
      .map(({ name, type }) => `${name.value}: ${valueOf(type, id ?? fixtures.unknown, texts)}`);
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  };
  /** The fields of an input that are a text, an id or a list of them. GraphQL reads one text as a list of one. */
  const texts = ({ arguments: given = [] }: FieldDefinitionNode): string[] =>
    given
      .flatMap(({ type }) => inputs.get(namedType(type))?.fields ?? [])
      .filter(({ type }) => ['String', 'ID'].includes(namedType(type)))
      .map(({ name }) => name.value);
  return { entity, texts, write };
}
