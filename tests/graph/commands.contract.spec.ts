import { COMMANDS } from '@rentalbook/observability/metrics';
import { Kind, parse } from 'graphql';
import { supergraph } from './schemas';

it('each mutation is a value of the label "command"; what is not listed would be counted as "other"', () => {
  const mutations = parse(supergraph).definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === 'Mutation'
      ? (definition.fields ?? []).map(({ name }) => name.value)
      : [],
  );
  const commands = mutations.map((name) => name.charAt(0).toUpperCase() + name.slice(1));
  expect(commands.length).toBeGreaterThan(5);
  expect(COMMANDS).toEqual(expect.arrayContaining(commands));
});
