import { explain } from '@rentalbook/sentences';
import { ExplainedError } from '@rentalbook/service-kit';
import {
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
      const mutations = operation.operation === OperationTypeNode.MUTATION ? used.rootFields : 0;
      const measures = [
        ['OPERATION_DEPTH', used.depth, limits.depth],
        ['OPERATION_INTROSPECTION_DEPTH', used.introspectionDepth, limits.introspectionDepth],
        ['OPERATION_ALIASES', used.aliases, limits.aliases],
        ['OPERATION_ROOT_FIELDS', used.rootFields, limits.rootFields],
        ['OPERATION_MUTATIONS', mutations, limits.mutations],
      ] as const;
      for (const [beyond, count, most] of measures)
        if (count > most)
          context.reportError(
            new ExplainedError(
              explain(beyond, { count, most }),
              { code: 'GRAPHQL_VALIDATION_FAILED' },
              { nodes: operation },
            ),
          );
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
