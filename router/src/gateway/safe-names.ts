import {
  isAbstractType,
  Kind,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type NameNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** An operation that the query planner can plan, with the same fields as the one that the client sent. */
export interface SafeOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** Marks names that replace a client's. A client's own name that begins like this is replaced too, so no two meet. */
const PREFIX = 'alias__';
/** The planner adds selections under the plain names of fields, `__typename` among them, and under these. */
const PLANNED_NAME = /^_|__alias_\d+$/;
/** The variable that carries the keys of a fetch of entities. */
const PLANNED_VARIABLE = 'representations';

/** Decides which of a client's names stay as they are on the way to the query planner. */
export class SafeNames {
  private readonly fieldNames: ReadonlySet<string>;

  constructor(private readonly schema: GraphQLSchema) {
    this.fieldNames = namesOfFields(schema);
  }

  /**
   * The name under which the gateway answers a field: another one where the client's alias is the name of a field of
   * the graph, or one that the planner makes, because the gateway would take one value for the other.
   */
  responseName(field: string, alias: string): string {
    const clashes = this.fieldNames.has(alias) || PLANNED_NAME.test(alias) || alias.startsWith(PREFIX);
    return alias !== field && clashes ? PREFIX + alias : alias;
  }

  /** The client's name for a name of the gateway's answer. */
  requestedName(responseName: string): string {
    return responseName.startsWith(PREFIX) ? responseName.slice(PREFIX.length) : responseName;
  }

  variableName(name: string): string {
    return name === PLANNED_VARIABLE || name.startsWith(PREFIX) ? PREFIX + name : name;
  }

  /**
   * Renames clashing names, and removes what the gateway must not plan: introspection, whose newer fields it does not
   * know, and fields that a constant excludes, which it may fetch. An object of which all selections are conditional
   * gets one that is not, because the gateway answers null for an object of which it fetches nothing. Returns undefined
   * where nothing has to change.
   */
  rewrite(document: DocumentNode, operation: OperationDefinitionNode): SafeOperation | undefined {
    const ownName = operation.name?.value ?? '';
    const changes = { any: false };
    const rename = <Node extends NameNode>(node: Node, value: string): Node => {
      changes.any ||= value !== node.value;
      return { ...node, value };
    };
    const leaveOut = (node: SelectionNode): null | undefined => {
      if (!isNeverPlanned(node)) return undefined;
      changes.any = true;
      return null;
    };
    const rewritten = visit(separateOperations(document)[ownName] ?? document, {
      InlineFragment: leaveOut,
      FragmentSpread: leaveOut,
      Field: (field) => {
        if (!field.alias || isNeverPlanned(field)) return leaveOut(field);
        return { ...field, alias: rename(field.alias, this.responseName(field.name.value, field.alias.value)) };
      },
      SelectionSet: {
        leave: (node) => {
          if (!node.selections.every(({ directives = [] }) => directives.length > 0)) return undefined;
          changes.any = true;
          return withTypename(node);
        },
      },
      Variable: ({ name, ...variable }) => ({ ...variable, name: rename(name, this.variableName(name.value)) }),
    });
    if (!changes.any) return undefined;
    // Once more, for fragments that are no longer used.
    const complete = separateOperations(withTypenames(rewritten, this.schema))[ownName];
    const main = complete?.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
    if (!complete || !main) throw new Error(`the operation "${ownName}" is not in its own document`);
    return { document: complete, operation: main };
  }
}

function isNeverPlanned(node: SelectionNode): boolean {
  const isIntrospection = node.kind === Kind.FIELD && ['__schema', '__type'].includes(node.name.value);
  return isIntrospection || (node.directives ?? []).some(isExcluding);
}

function isExcluding({ name, arguments: given = [] }: DirectiveNode): boolean {
  const [condition] = given;
  if (condition?.value.kind !== Kind.BOOLEAN) return false;
  return name.value === 'skip' ? condition.value.value : name.value === 'include' && !condition.value.value;
}

/** Selects `__typename` of objects whose type only the subgraph knows, so that the answer can be read back. */
function withTypenames(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      SelectionSet: (node) => (isAbstractType(types.getParentType()) ? withTypename(node) : undefined),
    }),
  );
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
const withTypename = (node: SelectionSetNode): SelectionSetNode => ({
  ...node,
  selections: [...node.selections, typename],
});

function namesOfFields(schema: GraphQLSchema): ReadonlySet<string> {
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
  return new Set(types.flatMap((type) => ('getFields' in type ? Object.keys(type.getFields()) : [])));
}
