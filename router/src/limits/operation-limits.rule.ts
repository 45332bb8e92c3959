import {
  GraphQLError,
  OperationTypeNode,
  type FieldNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { aliasesOf, fieldsOf, type FindFragment } from './selections';

/** What one operation may ask for, counted as if every fragment were written out where it is used. */
export interface OperationLimits {
  readonly depth: number;
  /** Levels below `__schema` or `__type`. The query that tools send has fifteen, as types are wrapped in types. */
  readonly introspectionDepth: number;
  readonly aliases: number;
  readonly rootFields: number;
  /** Of a mutation: they run one after the other. */
  readonly mutations: number;
}

export const operationLimits: OperationLimits = {
  depth: 8,
  introspectionDepth: 20,
  aliases: 15,
  rootFields: 20,
  mutations: 3,
};

/**
 * Refuses operations beyond the limits. Runs after the rules that exclude cycles of fragments and bound the number of
 * selections once fragments are written out, so that walking through all of them is safe and short.
 */
export function limitOperations(limits: OperationLimits): ValidationRule {
  return (context) => ({
    OperationDefinition(operation) {
      const used = measure(operation.selectionSet, context);
      const faults = [
        used.depth > limits.depth && `is ${String(used.depth)} levels deep; ask for at most ${String(limits.depth)}.`,
        used.introspectionDepth > limits.introspectionDepth &&
          `asks ${String(used.introspectionDepth)} levels deep about the schema; ask for at most ${String(limits.introspectionDepth)}.`,
        used.aliases > limits.aliases && `has ${String(used.aliases)} aliases; use at most ${String(limits.aliases)}.`,
        used.rootFields > limits.rootFields &&
          `has ${String(used.rootFields)} fields at its root; ask for at most ${String(limits.rootFields)}.`,
        operation.operation === OperationTypeNode.MUTATION &&
          used.rootFields > limits.mutations &&
          `has ${String(used.rootFields)} mutations; send at most ${String(limits.mutations)}, and the rest in further requests.`,
      ];
      for (const fault of faults)
        if (fault) context.reportError(new GraphQLError(`The operation ${fault}`, { nodes: operation }));
    },
  });
}

function measure(root: SelectionSetNode, context: ValidationContext): Omit<OperationLimits, 'mutations'> {
  const fragment: FindFragment = (name) => context.getFragment(name);
  const used = { depth: 0, introspectionDepth: 0, aliases: aliasesOf(root, fragment), rootFields: 0 };
  const descend = (selections: SelectionSetNode, depth: number, counted: 'depth' | 'introspectionDepth'): void => {
    for (const field of fieldsOf(selections, fragment)) {
      used[counted] = Math.max(used[counted], depth);
      if (depth === 1) used.rootFields += 1;
      if (field.selectionSet)
        descend(field.selectionSet, depth + 1, isIntrospection(field) ? 'introspectionDepth' : counted);
    }
  };
  descend(root, 1, 'depth');
  return used;
}

const isIntrospection = (field: FieldNode): boolean => field.name.value.startsWith('__');
