import { ENTITIES } from '@rentalbook/service-kit';
import { readAllowRules, type AllowRules, type Rule } from '@rentalbook/service-kit/allow-rules';
import { Kind, parse, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

type Types = AllowRules['types'];

/** Whether the answer to the document is the same for every caller, by the supergraph's rules: anyone may have each of its fields. */
export type IsPublicFetch = (document: DocumentNode) => boolean;

/** Each document is read once; the documents of stored plans stay the same objects. */
export function publicFetchesOf(supergraph: string): IsPublicFetch {
  const { types } = readAllowRules(parse(supergraph));
  const known = new WeakMap<DocumentNode, boolean>();
  return (document) => {
    const isPublic = known.get(document) ?? isPublicDocument(types, document);
    known.set(document, isPublic);
    return isPublic;
  };
}

function isPublicDocument(types: Types, { definitions }: DocumentNode): boolean {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);

  const isOpen = (typename: string): boolean => admitsAnyone(types.get(typename)?.rule);
  const isPublic = (typename: string, { selections }: SelectionSetNode): boolean =>
    selections.every((selection) => {
      if (selection.kind !== Kind.FIELD) {
        const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        const on = fragment?.typeCondition?.name.value ?? typename;
        // An entity is refused as a whole, whichever of its fields are selected.
        return fragment !== undefined && (on === typename || isOpen(on)) && isPublic(on, fragment.selectionSet);
      }
      const { name, selectionSet } = selection;
      if (name.value === '__typename') return true;
      // The entities of a fetch are in fragments, each with its type.
      if (name.value === ENTITIES) return selectionSet !== undefined && isPublic('_Entity', selectionSet);
      const field = types.get(typename)?.fields.get(name.value);
      if (!field || !(field.rule ? admitsAnyone(field.rule) : isOpen(typename))) return false;
      return !selectionSet || (isOpen(field.type) && isPublic(field.type, selectionSet));
    });

  return definitions.every(
    (definition) => definition.kind !== Kind.OPERATION_DEFINITION || isPublic('Query', definition.selectionSet),
  );
}

const admitsAnyone = (rule: Rule | undefined): boolean => rule?.to.includes('ANYONE') ?? false;
