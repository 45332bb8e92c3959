import { refusedTokens } from '../../../router/test/support/refused-tokens';
import { developmentTokenKeys } from '../../../router/test/support/tokens';
import type { Attack } from '../attack';
import { inParallel } from '../inputs/in-parallel';
import { codeOf, probe, type Answer, type Probe } from '../probe';

const books = '{ books(first: 1) { edges { cursor } } }';
type Way = (asker: Probe, authorization: string) => Promise<Answer>;
/** What is asked for with the token: also what needs none, and what could not be answered anyway. */
const ways: Readonly<Record<string, Way>> = {
  query: (asker, authorization) => asker.post({ query: books }, { authorization }),
  mutation: (asker, authorization) =>
    asker.post({ query: 'mutation { addBook(input: { title: "Forged" }) { consistencyToken } }' }, { authorization }),
  GET: (asker, authorization) =>
    asker.fetch(`/graphql?query=${encodeURIComponent(books)}`, {
      headers: { authorization, 'apollo-require-preflight': '1' },
    }),
  PUT: (asker, authorization) =>
    asker.fetch('/graphql', {
      method: 'PUT',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{}',
    }),
  'no GraphQL': (asker, authorization) => asker.post('{', { authorization }),
};

export const badTokens: Attack = {
  id: 'S4',
  name: 'bad tokens: none, algorithm swap, expired, early, audience, issuer, key id, type, subject, roles',
  full: '150 tokens',
  bar: 'UNAUTHENTICATED',
  async run(stage) {
    const { url, dataDir } = await stage.system();
    const asker = probe(url);
    const keys = await developmentTokenKeys(dataDir);
    const used = Object.entries(ways).slice(0, stage.amount({ short: 1, full: 5 }));
    const all = refusedTokens.flatMap((token) => used.map((way) => ({ token, way })));
    await inParallel(all, 4, async ({ token: [what, header], way: [name, send] }) => {
      const answer = await send(asker, await header(keys));
      if (answer.status !== 401 || codeOf(answer) !== 'UNAUTHENTICATED' || answer.body.data)
        asker.blame('a bad token is UNAUTHENTICATED', `${what}, ${name}`, `${String(answer.status)} ${answer.text}`);
    });
    return {
      amount: `${String(all.length)} tokens`,
      measured: `${String(all.length - asker.broken.length)} UNAUTHENTICATED`,
      broken: asker.broken,
    };
  },
};
