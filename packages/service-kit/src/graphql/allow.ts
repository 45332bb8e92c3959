import { defaultFieldResolver, type DocumentNode, type GraphQLFieldResolver, type GraphQLResolveInfo } from 'graphql';
import type { AnswerParts } from './answer-parts';
import {
  admitsOwner,
  byRole,
  enforcedRule,
  idFieldOf,
  implies,
  readAllowRules,
  type AllowRules,
  type Rule,
  type RuledType,
} from './allow-rules';
import { requireCaller, requireRole } from '../identity/authorization';
import { forbidden } from './errors';
import { requireId } from './id-input';
import type { Caller, Role } from '../identity/identity';
import { StartupError } from '../process/lifecycle';

interface Asking {
  readonly caller: Caller | null;
  readonly parts?: Pick<AnswerParts, 'restrict'>;
}
type FieldResolver = GraphQLFieldResolver<unknown, Asking, Readonly<Record<string, unknown>>>;
type ReferenceResolver = (reference: unknown, context: Asking, info: GraphQLResolveInfo) => unknown;
type TypeResolvers = Readonly<Record<string, unknown>>;
type ResolverMap = Readonly<Record<string, TypeResolvers>>;

const REFERENCE = '__resolveReference';

/**
 * The same resolvers, with the rules of the SDL's `@allow` before them. A rule of a type is enforced where its objects come
 * from: in `__resolveReference` and in the fields that return them. What the rule of the enclosing type implies has no
 * wrapper. Throws {@link StartupError} for a field without a rule.
 */
export function enforceRules(typeDefs: DocumentNode, resolvers: object): object {
  const rules = readAllowRules(typeDefs);
  if (rules.faults.length > 0) throw new StartupError(rules.faults.join('\n'));
  const map = resolvers as ResolverMap;
  const guards = [...rules.types.values()].map((type): [string, TypeResolvers] => [
    type.name,
    { ...map[type.name], ...guardedFields(type, rules, map), ...guardedReference(type, rules, map) },
  ]);
  return { ...resolvers, ...Object.fromEntries(guards.filter(([, fields]) => Object.keys(fields).length > 0)) };
}

function guardedFields(type: RuledType, { types }: AllowRules, map: ResolverMap): TypeResolvers {
  const enclosing = type.isRoot || !type.rule ? undefined : byRole(type.rule);
  const guarded: Record<string, FieldResolver> = {};
  for (const [name, field] of type.fields) {
    const result = types.get(field.type);
    const ofResult = result && enforcedRule(result);
    const own = field.rule && !implies(enclosing, field.rule) ? field.rule : undefined;
    const inResult = ofResult && !implies(enclosing, ofResult) && !implies(own, ofResult) ? ofResult : undefined;
    if (!own && !inResult) continue;
    let resolve = resolverOf(map, type.name, name);
    if (inResult) resolve = guardField(inResult, ownerIn(types, map, field.type, inResult.owner), resolve);
    if (own)
      resolve =
        type.name === 'Mutation' && admitsOwner(own)
          ? guardCommand(own, types, map, field.type, resolve)
          : guardField(own, ownerIn(types, map, field.type, own.owner), resolve);
    guarded[name] = resolve;
  }
  return guarded;
}

function guardedReference(type: RuledType, { types }: AllowRules, map: ResolverMap): TypeResolvers {
  const rule = enforcedRule(type);
  if (type.key.length === 0 || !rule || implies(undefined, rule)) return {};
  const resolve = (map[type.name]?.[REFERENCE] as ReferenceResolver | undefined) ?? ((reference) => reference);
  const ownerOf = ownerIn(types, map, type.name, rule.owner);
  // Asynchronous, so that the refusal of one entity is that entity's error and not that of all that came with it.
  const guarded: ReferenceResolver = async (reference, context, info) => {
    admit(rule, context);
    return admitsOwner(rule)
      ? verify(rule, ownerOf, await resolve(reference, context, info), context, info)
      : resolve(reference, context, info);
  };
  return { [REFERENCE]: guarded };
}

function guardField(rule: Rule, ownerOf: OwnerOf, resolve: FieldResolver): FieldResolver {
  if (!admitsOwner(rule))
    return (source, args, context, info) => {
      admit(rule, context);
      return resolve(source, args, context, info);
    };
  return (source, args, context, info) => {
    admit(rule, context);
    return verify(rule, ownerOf, resolve(source, args, context, info), context, info);
  };
}

/** A command is verified before it is carried out, by the entity that its input names; it is loaded by its reference resolver. */
function guardCommand(
  rule: Rule,
  types: AllowRules['types'],
  map: ResolverMap,
  payload: string,
  resolve: FieldResolver,
): FieldResolver {
  const [first = '', ...path] = rule.owner;
  const entity = types.get(payload)?.fields.get(first)?.type ?? '';
  const [key = ''] = types.get(entity)?.key ?? [];
  const find = map[entity]?.[REFERENCE] as ReferenceResolver | undefined;
  if (!find)
    throw new StartupError(`${entity} has no ${REFERENCE}, by which a command finds out whose it is; add one.`);
  const ownerOf = ownerIn(types, map, entity, path);
  const idField = idFieldOf(rule);
  return async (root, args, context, info) => {
    requireRole(context.caller, ...rolesOf(rule));
    const { [idField]: given } = args['input'] as Readonly<Record<string, unknown>>;
    const found = await find({ [key]: requireId(idField, String(given)) }, context, info);
    await verify(rule, ownerOf, found, context, info);
    return resolve(root, args, context, info);
  };
}

type OwnerOf = (value: unknown, context: Asking, info: GraphQLResolveInfo) => unknown;

/** Follows the path of fields from a value of the type, by their resolvers and without their rules. */
function ownerIn(types: AllowRules['types'], map: ResolverMap, from: string, path: readonly string[]): OwnerOf {
  const [name, ...rest] = path;
  if (name === undefined) return (value) => value;
  const resolver = map[from]?.[name] as FieldResolver | undefined;
  const next = ownerIn(types, map, types.get(from)?.fields.get(name)?.type ?? '', rest);
  return (value, context, info) => {
    if (value === null || value === undefined) return undefined;
    const found = resolver ? resolver(value, {}, context, info) : (value as Readonly<Record<string, unknown>>)[name];
    return isPromise(found) ? found.then((one) => next(one, context, info)) : next(found, context, info);
  };
}

/** Returns the value if the rule admits the caller, and null as it is; throws FORBIDDEN otherwise. */
function verify(rule: Rule, ownerOf: OwnerOf, value: unknown, context: Asking, info: GraphQLResolveInfo): unknown {
  if (value === null || value === undefined) return value;
  if (isPromise(value)) return value.then((found) => verify(rule, ownerOf, found, context, info));
  if (Array.isArray(value)) return Promise.all(value.map((one) => verify(rule, ownerOf, one, context, info)));
  const caller = requireCaller(context.caller);
  if (rule.to.some((principal) => principal !== 'OWNER' && isAdmitted(principal, caller))) return value;
  const allowed = (owner: unknown): unknown => {
    if (isAdmitted('MEMBER', caller) && owner === caller.memberId) return value;
    throw forbidden('OF_ANOTHER_MEMBER', {});
  };
  const owner = ownerOf(value, context, info);
  return isPromise(owner) ? owner.then(allowed) : allowed(owner);
}

/** The part of a rule that needs no value. A rule with an owner admits each signed-in caller: null belongs to no member. */
function admit(rule: Rule, { caller, parts }: Asking): void {
  parts?.restrict();
  if (admitsOwner(rule)) requireCaller(caller);
  else requireRole(caller, ...rolesOf(rule));
}

const isAdmitted = (principal: 'ANYONE' | 'MEMBER' | 'LIBRARIAN', { roles }: Caller): boolean =>
  principal === 'ANYONE' || roles.includes(principal === 'MEMBER' ? 'member' : 'librarian');

const rolesOf = ({ to }: Rule): readonly Role[] => [
  ...(to.includes('MEMBER') || to.includes('OWNER') ? (['member'] as const) : []),
  ...(to.includes('LIBRARIAN') ? (['librarian'] as const) : []),
];

function resolverOf(map: ResolverMap, type: string, field: string): FieldResolver {
  const resolver = map[type]?.[field] ?? defaultFieldResolver;
  if (typeof resolver === 'function') return resolver as FieldResolver;
  throw new StartupError(
    `The resolver of ${type}.${field} is no function, so its rule cannot be enforced; write it as one.`,
  );
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
