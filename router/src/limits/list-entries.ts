import { DEFAULT_PAGE, MAX_PAGE } from '@rentalbook/service-kit';
import { Kind, type DocumentNode, type FieldNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { fieldsOf, fragmentsOf } from './selections';
import { withDefaults, type Variables } from './variables';

/** By what a field is known to be a list: what every connection has. */
const PARTS = ['edges', 'pageInfo'];

/** How many entries the lists of an answer may hold. Runs after validation, which bounds how much there is to walk through. */
export function entriesOf(operation: OperationDefinitionNode, document: DocumentNode, given: Variables): number {
  const variables = withDefaults(operation, given);
  const fragment = fragmentsOf(document);
  /** What is asked for of a field of which there are so many. */
  const below = (selections: SelectionSetNode, times: number): number => {
    let sum = 0;
    for (const field of fieldsOf(selections, fragment))
      sum += field.selectionSet ? within(field, field.selectionSet, times) : 0;
    return sum;
  };
  const within = (field: FieldNode, selections: SelectionSetNode, times: number): number => {
    const isList = [...fieldsOf(selections, fragment)].some(({ name }) => PARTS.includes(name.value));
    const entries = isList ? times * sizeOf(field, variables) : 0;
    return entries + below(selections, isList ? entries : times);
  };
  return below(operation.selectionSet, 1);
}

/** How many entries a connection may return; a size out of bounds, or two sizes, it refuses itself. */
function sizeOf({ arguments: given = [] }: FieldNode, variables: Variables): number {
  const sizes = given.flatMap(({ name, value }) => {
    if (name.value !== 'first' && name.value !== 'last') return [];
    const size =
      value.kind === Kind.VARIABLE ? variables[value.name.value] : value.kind === Kind.INT ? Number(value.value) : null;
    return typeof size === 'number' ? [Math.min(MAX_PAGE, Math.max(0, size))] : [];
  });
  return sizes.length > 0 ? Math.max(...sizes) : DEFAULT_PAGE;
}
