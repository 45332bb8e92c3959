import { byRole, implies, readAllowRules, type Rule, type RuledType } from '@rentalbook/service-kit/allow-rules';
import { parse } from 'graphql';
import { fieldsOf, sampleArguments, type Fixtures } from './sample-arguments';

/** An operation of the graph that one set of rules decides on. */
export interface RuledOperation {
  /** The field that has the newest of the rules. */
  readonly field: string;
  readonly text: string;
  /** The rules on the way to the field, and of the fields below it. */
  readonly rules: readonly Rule[];
  /** The type of the entity that it names by its id, where there is one; otherwise it reaches what is the caller's own. */
  readonly of: string | undefined;
  /** The fields that it selects. */
  readonly selects: readonly string[];
}

/** How a selection is put into the operation that leads to it. */
interface Way {
  readonly enclose: (selection: string) => string;
  readonly rules: readonly Rule[];
  readonly types: readonly string[];
  readonly of: string | undefined;
}

/**
 * Operations that select each field of the graph at least once. A field with a rule of its own, or one that leads to a type
 * with another rule, has an operation to itself; the fields that follow their type are selected together.
 */
export function permittedOperations(sdl: string, fixtures: Fixtures): RuledOperation[] {
  const document = parse(sdl, { noLocation: true });
  const { types } = readAllowRules(document);
  const definitions = fieldsOf(document);
  const samples = sampleArguments(document, fixtures);
  const expanded = new Set<string>();
  const operations: RuledOperation[] = [];
  const waiting: { readonly type: RuledType; readonly name: string; readonly way: Way }[] = [];
  const root = (name: 'Query' | 'Mutation', enclose: Way['enclose']): void => {
    const type = types.get(name);
    const way = { enclose, rules: [], types: [name], of: undefined };
    for (const field of type?.fields.keys() ?? []) if (type) waiting.push({ type, name: field, way });
  };
  root('Query', (selection) => `{ ${selection} }`);
  root('Mutation', (selection) => `mutation { ${selection} }`);

  /** The fields of a type that have no operation of their own; those that have wait for it. */
  const selection = (type: RuledType, way: Way, selects: string[], isDeep: boolean): string => {
    const isFirst = isDeep && !expanded.has(type.name);
    expanded.add(type.name);
    const parts = [...type.fields].map(([name, field]) => {
      const result = types.get(field.type);
      const isFollowing =
        field.rule === undefined && (!result?.rule || implies(type.rule && byRole(type.rule), result.rule));
      if (!isFollowing || (result && way.types.includes(result.name))) {
        if (isFirst) waiting.push({ type, name, way });
        return '';
      }
      if (result && !isFirst) return '';
      selects.push(`${type.name}.${name}`);
      const given = `${name}${samples.write(definitions(type.name, name))}`;
      if (!result) return given;
      const inner: Way = {
        ...way,
        enclose: (text) => way.enclose(`${given} { ${text} }`),
        types: [...way.types, result.name],
      };
      return `${given} { ${selection(result, inner, selects, isFirst)} }`;
    });
    return parts.filter(Boolean).join(' ') || '__typename';
  };

  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { type, name, way } = next;
    const field = type.fields.get(name);
    if (!field) continue;
    const result = types.get(field.type);
    const definition = definitions(type.name, name);
    const given = `${name}${samples.write(definition, field.rule)}`;
    const selects = [`${type.name}.${name}`];
    const inner: Way = {
      enclose: (text) => way.enclose(`${given} { ${text} }`),
      rules: [...way.rules, field.rule, result?.rule].filter((rule) => rule !== undefined),
      types: [...way.types, field.type],
      of: way.of ?? samples.entity(definition, field.rule),
    };
    const text = result
      ? inner.enclose(selection(result, inner, selects, !way.types.includes(result.name)))
      : way.enclose(given);
    operations.push({ field: `${type.name}.${name}`, text, rules: inner.rules, of: inner.of, selects });
  }
  return operations;
}

/** Each command of the graph once for each text and each id that it takes, with `text` in its place. */
export function commandsWithText(sdl: string, text: string): { readonly argument: string; readonly text: string }[] {
  const document = parse(sdl, { noLocation: true });
  const { types } = readAllowRules(document);
  const definitions = fieldsOf(document);
  const samples = sampleArguments(document, { unknown: 'no-such-thing' });
  return [...(types.get('Mutation')?.fields.keys() ?? [])].flatMap((name) => {
    const definition = definitions('Mutation', name);
    return samples.texts(definition).map((field) => ({
      argument: `${name}.${field}`,
      text: `mutation { ${name}${samples.write(definition, undefined, { [field]: text })} { consistencyToken } }`,
    }));
  });
}
