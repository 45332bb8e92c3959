import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

/** Finds the fragment of that name in the document. */
export type FindFragment = (name: string) => FragmentDefinitionNode | null | undefined;

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
