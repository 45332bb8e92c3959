import { issueDevelopmentToken } from '@rentalbook/cli';
import type { Attack } from '../attack';
import { identityForgeries, tryForgery, workshop } from '../forgeries/forged-identities';
import { inParallel } from '../inputs/in-parallel';
import { probe } from '../probe';
import { subgraphs } from '../../../tools/services';

const query = (text: string): string => JSON.stringify({ query: text });
const bodies: Readonly<Record<string, string>> = {
  query: query('{ __typename }'),
  mutation: query('mutation { forged: __typename }'),
  _entities: query('{ _entities(representations: [{ __typename: "Book", id: "x" }]) { __typename } }'),
  _service: query('{ _service { sdl } }'),
};
const returned = JSON.stringify({
  returned: { rentalId: 'r', userId: 'u', userNm: 'U', bookId: 'b', bookNm: 'B', copyId: 'c' },
  ...{ actor: 'u', correlationId: 'forged', traceparent: '' },
});

export const forgedIdentities: Attack = {
  id: 'S6',
  name: 'straight to a subgraph with a forged, stale or replayed identity; the same to Reserve’s returns',
  full: `${String(identityForgeries.length)} forgeries × (4 subgraphs × 4 operations + returns)`,
  bar: 'refused',
  async run(stage) {
    const system = await stage.system();
    const { blame, broken } = probe(system.url);
    const bearer = `Bearer ${await issueDevelopmentToken(system.dataDir, { memberId: 's6' })}`;
    const targets = [
      ...subgraphs.flatMap((subgraph) =>
        Object.entries(bodies).map(([operation, body]) => ({
          what: `${subgraph}, ${operation}`,
          target: { subgraph, path: '/graphql', body },
        })),
      ),
      { what: 'reserve, a return', target: { subgraph: 'reserve', path: '/internal/returns', body: returned } },
    ] as const;
    const every = stage.amount({ short: 4, full: 1 });
    const all = identityForgeries
      .flatMap((forgery) => targets.map((place) => ({ forgery, ...place })))
      // The short form has every forgery, each on other targets.
      .filter((_, place) => (place + Math.floor(place / targets.length)) % every === 0);
    await inParallel(all, 4, async ({ forgery, what, target }) => {
      const url = `http://localhost:${String(system.portOf(target.subgraph))}${target.path}`;
      const found = await tryForgery(url, forgery, workshop(system, target, bearer));
      if (found !== undefined) blame('a forged identity is refused', `${forgery.what}: ${what}`, found);
    });
    return {
      amount: `${String(all.length)} forgeries`,
      measured: `${String(broken.length)} accepted`,
      broken,
    };
  },
};
