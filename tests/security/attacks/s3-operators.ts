import { getNamedType } from 'graphql';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiSchemaOf } from '../../../router/test/support/api-schema';
import { askDirectly, identityHeader } from '../../end-to-end/support/direct';
import type { Attack, AttackedSystem, AttackStage } from '../attack';
import { argumentPlaces, type ArgumentPlace } from '../inputs/argument-places';
import { callersInTurn } from '../inputs/callers';
import { inParallel } from '../inputs/in-parallel';
import { operatorTexts, operatorValues } from '../inputs/operators';
import { faultOf, probe, type Answer, type Probe } from '../probe';

const AT_ONCE = 8;
/** The entities of each subgraph, their keys, and a field that only a stored document has. */
const entities = [
  { subgraph: 'book', typename: 'Book', key: 'id', shows: 'title' },
  { subgraph: 'reserve', typename: 'Book', key: 'id', shows: 'reservations { edges { cursor } }' },
  { subgraph: 'rental', typename: 'Book', key: 'id', shows: 'rentals { edges { cursor } }' },
  { subgraph: 'reserve', typename: 'Reservation', key: 'id', shows: 'status' },
  { subgraph: 'rental', typename: 'Rental', key: 'id', shows: 'status' },
  { subgraph: 'mypage', typename: 'MyPage', key: 'memberId', shows: 'entries { edges { cursor } }' },
] as const;

interface Injection {
  readonly what: string;
  readonly send: () => Promise<{ readonly found: string | undefined }>;
}

export const operatorInjections: Attack = {
  id: 'S3',
  name: 'MongoDB’s operators in every argument and in every key of an entity',
  full: '1,500 injections',
  bar: 'none matched, no 5xx',
  async run(stage) {
    const system = await stage.system();
    const asker = probe(system.url);
    const all = [...(await inArguments(stage, system, asker)), ...inKeys(system, asker)];
    const every = stage.amount({ short: 40, full: 1 });
    const offset = stage.chance.below(every);
    const chosen = all.filter((_, place) => place % every === offset);
    let done = 0;
    await inParallel(chosen, AT_ONCE, async ({ what, send }) => {
      const { found } = await send();
      if (found !== undefined) asker.blame('an operator matches nothing', what, found);
      stage.progress((done += 1), chosen.length);
    });
    return {
      amount: `${String(chosen.length)} injections`,
      measured: `${String(chosen.length - asker.broken.length)} refused or without a match`,
      broken: asker.broken,
    };
  },
};

async function inArguments(stage: AttackStage, system: AttackedSystem, asker: Probe): Promise<Injection[]> {
  const schema = apiSchemaOf(readFileSync(join(stage.root, 'router/supergraph.graphql'), 'utf8'));
  const caller = await callersInTurn(system, 's3', 60, ['member', 'librarian']);
  return argumentPlaces(schema).flatMap((place) =>
    valuesFor(place).map((value) => ({
      what: `${place.name} = ${JSON.stringify(value)}`,
      async send() {
        const answer = await asker.post(place.request(value), caller());
        return { found: hasMatch(answer, place.rootField) ? answer.text : undefined };
      },
    })),
  );
}

/** A text that is an id or a search finds things; as an idempotency key any is good. */
const valuesFor = ({ type, name }: ArgumentPlace): readonly unknown[] =>
  (getNamedType(type).name === 'ID' && !name.endsWith('.idempotencyKey)')) || name.endsWith('(search)')
    ? [...operatorValues, ...operatorTexts]
    : operatorValues;

function hasMatch({ body: { data, errors } }: Answer, rootField: string): boolean {
  if (errors !== undefined) return false;
  const found = data?.[rootField];
  if (typeof found !== 'object' || found === null) return found !== null && found !== undefined;
  if ('edges' in found && Array.isArray(found.edges)) return found.edges.length > 0;
  return !('refusal' in found && found.refusal !== null);
}

function inKeys(system: AttackedSystem, asker: Probe): Injection[] {
  const libby = { memberId: 's3-librarian', name: 'S3', roles: ['member', 'librarian'] } as const;
  return entities.flatMap(({ subgraph, typename, key, shows }) =>
    [...operatorValues, ...operatorTexts].map((value) => ({
      what: `${subgraph}: _entities of ${typename} with ${key} = ${JSON.stringify(value)}`,
      async send() {
        const body = JSON.stringify({
          query: `query($of: [_Any!]!) { _entities(representations: $of) { ... on ${typename} { ${shows} } } }`,
          variables: { of: [{ __typename: typename, [key]: value }] },
        });
        const url = `http://localhost:${String(system.portOf(subgraph))}/graphql`;
        const { status, data, errors } = await askDirectly(
          url,
          body,
          identityHeader(system, { subgraph, caller: libby, body }),
        );
        const text = JSON.stringify({ data, errors });
        const fault = faultOf({ status, text });
        if (fault !== undefined) asker.blame('no 5xx, and nothing of the inside', subgraph, fault);
        return { found: errors === undefined && showsMore(data?.['_entities']) ? text : undefined };
      },
    })),
  );
}

/** Whether an entity has a value that is neither null nor an empty list. */
function showsMore(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(showsMore);
  if (typeof value === 'object' && value !== null) return Object.values(value).some(showsMore);
  return value !== null && value !== undefined;
}
