import {
  Kind,
  print,
  valueFromASTUntyped,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type TypeNode,
} from 'graphql';

/** The callers that a rule admits. OWNER is the member to whom an object belongs. */
export type Principal = 'ANYONE' | 'MEMBER' | 'OWNER' | 'LIBRARIAN';

/** One `@allow` of an SDL. */
export interface Rule {
  readonly to: readonly Principal[];
  /** The path of fields to the owner's member id: from the type, or from the field's result. Empty without OWNER. */
  readonly owner: readonly string[];
}

export interface RuledField {
  /** The type that it returns, without list and non-null. */
  readonly type: string;
  /** Its own rule, which holds in addition to that of its type. */
  readonly rule: Rule | undefined;
  /** The named types of its arguments. */
  readonly arguments: ReadonlyMap<string, string>;
}

export interface RuledType {
  readonly name: string;
  /** Query, Mutation or Subscription. */
  readonly isRoot: boolean;
  /** The fields of its first `@key`; none for a type that is no entity. */
  readonly key: readonly string[];
  /** An entity of another subgraph, of which this one knows the key. */
  readonly isReference: boolean;
  readonly rule: Rule | undefined;
  readonly fields: ReadonlyMap<string, RuledField>;
}

export interface AllowRules {
  readonly types: ReadonlyMap<string, RuledType>;
  /** The faults, one sentence each. */
  readonly faults: readonly string[];
}

const ROOTS = ['Query', 'Mutation', 'Subscription'];

/** The rules of an SDL, of a subgraph or of the supergraph, and where it has none. */
export function readAllowRules({ definitions }: DocumentNode): AllowRules {
  const types = new Map<string, RuledType>();
  const inputs = new Map<string, readonly string[]>();
  const abstract = new Set<string>();
  for (const definition of definitions)
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.OBJECT_TYPE_EXTENSION:
        types.set(definition.name.value, merged(types.get(definition.name.value), ruledType(definition)));
        break;
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        inputs.set(
          definition.name.value,
          (definition.fields ?? []).filter(({ type }) => print(type) === 'ID!').map(({ name }) => name.value),
        );
        break;
      case Kind.INTERFACE_TYPE_DEFINITION:
      case Kind.UNION_TYPE_DEFINITION:
        abstract.add(definition.name.value);
        break;
      default:
      // Other definitions have no fields that a caller could select.
    }
  const faults = [...types.values()].flatMap((type) => [
    ...typeFaults(type, types),
    ...[...type.fields].flatMap(([name, field]) => fieldFaults(type, name, field, { types, inputs, abstract })),
  ]);
  return { types, faults };
}

/** The field of the argument `input` that has the id of the entity with which a mutation's owner path begins. */
export const idFieldOf = ({ owner: [entity = ''] }: Rule): string => `${entity}Id`;

export const admitsOwner = ({ to }: Rule): boolean => to.includes('OWNER');

/** A rule that admits each caller whom the given one may admit: an owner is some member. */
export const byRole = ({ to }: Rule): Rule => ({
  to: to.map((principal) => (principal === 'OWNER' ? 'MEMBER' : principal)),
  owner: [],
});

/** Of an entity that another subgraph resolves, only the role is decided here; its owner is decided there. */
export const enforcedRule = ({ rule, isReference, fields }: RuledType): Rule | undefined =>
  rule && isReference && admitsOwner(rule) && !fields.has(rule.owner[0] ?? '') ? byRole(rule) : rule;

/** Whether the rule admits each caller whom `known`, of the same value, admits; without one, whether it admits anyone. */
export const implies = (known: Rule | undefined, rule: Rule): boolean =>
  rule.to.includes('ANYONE') ||
  (known?.to.every(
    (principal) =>
      (rule.to.includes(principal) && (principal !== 'OWNER' || known.owner.join() === rule.owner.join())) ||
      (principal === 'OWNER' && rule.to.includes('MEMBER')),
  ) ??
    false);

function ruledType({ name, directives, fields }: ObjectTypeDefinitionNode | ObjectTypeExtensionNode): RuledType {
  const keys = (directives ?? []).filter((directive) => directive.name.value === 'key').map(argumentsOf);
  const { fields: key } = keys[0] ?? {};
  return {
    name: name.value,
    isRoot: ROOTS.includes(name.value),
    key: typeof key === 'string' ? key.split(/\s+/).filter(Boolean) : [],
    isReference: keys.length > 0 && keys.every(({ resolvable }) => resolvable === false),
    rule: ruleOf(directives),
    fields: new Map((fields ?? []).map((field) => [field.name.value, ruledField(field)])),
  };
}

const ruledField = ({ type, directives, arguments: given = [] }: FieldDefinitionNode): RuledField => ({
  type: namedType(type),
  rule: ruleOf(directives),
  arguments: new Map(given.map((argument) => [argument.name.value, namedType(argument.type)])),
});

const merged = (known: RuledType | undefined, more: RuledType): RuledType =>
  known === undefined
    ? more
    : {
        ...known,
        key: known.key.length > 0 ? known.key : more.key,
        isReference: known.isReference || more.isReference,
        rule: known.rule ?? more.rule,
        fields: new Map([...known.fields, ...more.fields]),
      };

function ruleOf(directives: readonly DirectiveNode[] = []): Rule | undefined {
  const allow = directives.find(({ name }) => name.value === 'allow');
  if (!allow) return undefined;
  const { to, owner } = argumentsOf(allow);
  // graphql-js has validated the values against the directive's definition by the time the rule counts.
  return { to: [to].flat() as Principal[], owner: typeof owner === 'string' ? owner.split('.') : [] };
}

const argumentsOf = (directive: DirectiveNode): Readonly<Record<string, unknown>> =>
  Object.fromEntries((directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));

interface Graph {
  readonly types: ReadonlyMap<string, RuledType>;
  /** The names of the fields that are an ID!, of each input. */
  readonly inputs: ReadonlyMap<string, readonly string[]>;
  readonly abstract: ReadonlySet<string>;
}

function typeFaults({ name, isRoot, isReference, rule, fields }: RuledType, types: Graph['types']): string[] {
  if (isRoot || rule === undefined) return [];
  const isDecidedElsewhere = isReference && !fields.has(rule.owner[0] ?? '');
  return ruleFaults(name, rule, isDecidedElsewhere || isPath(types, name, rule.owner));
}

function fieldFaults(type: RuledType, name: string, field: RuledField, graph: Graph): string[] {
  const place = `${type.name}.${name}`;
  if (graph.abstract.has(field.type))
    return [`${place} returns ${field.type}, which is no object type; @allow can be enforced for object types only.`];
  const { rule } = field;
  // A rule of a root type would open every new query, so each of its fields needs a rule of its own.
  if (rule === undefined)
    return type.isRoot || type.rule === undefined
      ? [`${place} has no rule; write @allow(to: […]) after it${type.isRoot ? '' : ', or after its type'}.`]
      : [];
  const faults = ruleFaults(place, rule, isPath(graph.types, field.type, rule.owner));
  if (faults.length > 0 || type.name !== 'Mutation' || !admitsOwner(rule)) return faults;
  const input = graph.inputs.get(field.arguments.get('input') ?? '') ?? [];
  return input.includes(idFieldOf(rule))
    ? []
    : [
        `${place} admits OWNER and its input has no field ${idFieldOf(rule)}: ID!, which would name the ${String(rule.owner[0])}; add it.`,
      ];
}

function ruleFaults(place: string, rule: Rule, hasPath: boolean): string[] {
  const { to, owner } = rule;
  if (to.length === 0) return [`@allow of ${place} admits no caller; name at least one in "to".`];
  if (admitsOwner(rule) !== owner.length > 0)
    return admitsOwner(rule)
      ? [`@allow of ${place} admits OWNER without "owner"; add the path of fields to the member's id.`]
      : [`@allow of ${place} has "owner" and does not admit OWNER; add OWNER to "to" or leave "owner" out.`];
  if (owner.length > 0 && !hasPath)
    return [
      `@allow of ${place} has the owner "${owner.join('.')}", which is no path of fields to a value; correct it.`,
    ];
  return [];
}

/** Whether the path leads from the type over fields of object types to a field that is no object. */
function isPath(types: Graph['types'], from: string, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return !types.has(from);
  const field = types.get(from)?.fields.get(first);
  return field !== undefined && isPath(types, field.type, rest);
}
