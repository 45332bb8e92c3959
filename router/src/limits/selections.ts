import { Kind, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

/** Finds the fragment of that name in the document. */
export type FindFragment = (name: string) => FragmentDefinitionNode | null | undefined;

export const fragmentsOf =
  ({ definitions }: DocumentNode): FindFragment =>
  (name) =>
    definitions.find(
      (one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name,
    );

/** The fields of a selection, with every fragment written out where it is used. */
export function* fieldsOf({ selections }: SelectionSetNode, fragment: FindFragment): Generator<FieldNode> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) yield selection;
    else if (selection.kind === Kind.INLINE_FRAGMENT) yield* fieldsOf(selection.selectionSet, fragment);
    else {
      const spread = fragment(selection.name.value);
      if (spread) yield* fieldsOf(spread.selectionSet, fragment);
    }
  }
}

/** How many fields of a selection have an alias, at any depth. */
export function aliasesOf(selections: SelectionSetNode, fragment: FindFragment): number {
  let count = 0;
  for (const { alias, selectionSet } of fieldsOf(selections, fragment))
    count += Number(alias !== undefined) + (selectionSet ? aliasesOf(selectionSet, fragment) : 0);
  return count;
}
