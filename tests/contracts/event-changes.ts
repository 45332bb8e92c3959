import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema, RecordedEvent } from './contracts';

type Events = Readonly<Record<string, RecordedEvent>>;

/** Changes of events that a release before, or events that it stored, cannot live with: one sentence each. */
export function breakingEventChanges(before: Events, after: Events): string[] {
  return Object.entries(before).flatMap(([type, one]) => {
    const other = after[type];
    return other ? changesOf(type, one, other) : [`${type} is gone or has another name`];
  });
}

function changesOf(type: string, before: RecordedEvent, after: RecordedEvent): string[] {
  const changes: string[] = [];
  if (before.source !== after.source) changes.push(`${type} comes from ${after.source} instead of ${before.source}`);
  if (!isDeepStrictEqual(before.key, after.key))
    changes.push(`${type} has ${after.key.join(', ') || 'no field'} as its key instead of ${before.key.join(', ')}`);
  const known = Object.keys(before.schemas).length;
  if (after.written > known)
    changes.push(
      `${type} is published in version ${String(after.written)}, and the release before reads up to ${String(known)}: its step needs \`down\``,
    );
  for (const [version, schema] of Object.entries(before.schemas)) {
    const name = `version ${version} of ${type}`;
    const now = after.schemas[version];
    if (now) changes.push(...fieldChanges(schema, now).map((change) => `${name}: ${change}`));
    else changes.push(`${name} is not read any more`);
    if (now && !isDeepStrictEqual(before.samples[version], after.samples[version]))
      changes.push(`${name}: its golden sample was edited or deleted`);
  }
  return changes;
}

interface ObjectSchema extends JsonSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}
const isObject = (schema: JsonSchema): schema is ObjectSchema => 'properties' in schema;

/** A version stays as it is, but for optional fields that are added. */
function fieldChanges(before: JsonSchema, after: JsonSchema, path: readonly string[] = []): string[] {
  const at = path.join('.');
  if (!isObject(before) || !isObject(after))
    return isDeepStrictEqual(before, after) ? [] : [`${at} changes from ${textOf(before)} to ${textOf(after)}`];
  const isRequired = ({ required = [] }: ObjectSchema, field: string): boolean => required.includes(field);
  const changes = Object.entries(before.properties).flatMap(([field, schema]) => {
    const [now, name] = [after.properties[field], [...path, field].join('.')];
    if (!now) return [`${name} is gone or has another name`];
    if (isRequired(before, field) !== isRequired(after, field))
      return [`${name} becomes ${isRequired(after, field) ? 'required' : 'optional'}`];
    return fieldChanges(schema, now, [...path, field]);
  });
  const added = Object.keys(after.properties).filter(
    (field) => !(field in before.properties) && isRequired(after, field),
  );
  return [...changes, ...added.map((field) => `${[...path, field].join('.')} is added and required`)];
}

const textOf = (schema: JsonSchema): string => JSON.stringify(schema);
