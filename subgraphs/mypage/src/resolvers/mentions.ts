import { Kind, type GraphQLResolveInfo, type SelectionNode } from 'graphql';

/**
 * Whether a field of this name may be selected below the field that is resolved: by the document alone, with each of its
 * fragments, whatever `@skip` and `@include` leave out.
 */
export function mentions(
  name: string,
  { fieldNodes, fragments }: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>,
) {
  const isNamed = (node: SelectionNode): boolean => node.kind === Kind.FIELD && node.name.value === name;
  const isIn = (node: SelectionHolder): boolean =>
    node.selectionSet?.selections.some((part) => isNamed(part) || ('selectionSet' in part && isIn(part))) ?? false;
  return [...fieldNodes, ...Object.values(fragments)].some(isIn);
}

type SelectionHolder = Pick<GraphQLResolveInfo['fieldNodes'][number], 'selectionSet'>;
