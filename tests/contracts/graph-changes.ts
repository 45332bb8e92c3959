import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildASTSchema, Kind, parse, visit, type ConstDirectiveNode, type GraphQLSchema } from 'graphql';

const schemaOf = (lines: readonly string[]): GraphQLSchema =>
  // Directives and scalars of federation are not defined in the SDL of a subgraph.
  buildASTSchema(parse(lines.join('\n')), { assumeValid: true, assumeValidSDL: true });

/** Changes of one graph that its clients, or the router of the release before, cannot live with: one sentence each. */
export async function breakingGraphChanges(before: readonly string[], after: readonly string[]): Promise<string[]> {
  const changes = await diff(schemaOf(before), schemaOf(after));
  const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
  return [...breaking.map(({ message }) => message), ...directiveChanges(before, after)];
}

/** GraphQL Inspector compares directives without knowing what they mean: a key by which the router asks, and the roles of a field. */
function directiveChanges(before: readonly string[], after: readonly string[]): string[] {
  const [one, other] = [factsOf(before), factsOf(after)];
  return [...one].flatMap(([place, facts]) => {
    const now = other.get(place);
    return now ? [...facts].filter((fact) => !now.has(fact)).map((fact) => `${place} has no longer ${fact}`) : [];
  });
}

/** By type or field: its keys, and the roles that may have it. */
function factsOf(lines: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const facts = new Map<string, ReadonlySet<string>>();
  let type = '';
  visit(parse(lines.join('\n')), {
    enter(node) {
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) {
        type = node.name.value;
        facts.set(type, new Set((node.directives ?? []).flatMap(factsIn)));
      } else if (node.kind === Kind.FIELD_DEFINITION)
        facts.set(`${type}.${node.name.value}`, new Set((node.directives ?? []).flatMap(factsIn)));
    },
  });
  return facts;
}

function factsIn({ name, arguments: given = [] }: ConstDirectiveNode): string[] {
  const argument = (wanted: string) => given.find((one) => one.name.value === wanted)?.value;
  if (name.value === 'key') {
    const fields = argument('fields');
    return fields?.kind === Kind.STRING ? [`the key "${fields.value}"`] : [];
  }
  const roles = name.value === 'allow' ? argument('to') : undefined;
  if (roles?.kind !== Kind.LIST) return [];
  return roles.values.map((role) => `the role ${role.kind === Kind.ENUM ? role.value : ''}`);
}
