import { accepted, librarian, member, type Reader } from '@rentalbook/test-kit';
import type { Attack } from '../attack';
import { probe } from '../probe';

interface Cursors {
  readonly books: { readonly pageInfo: { readonly endCursor: string } };
}

/** The same text with one character changed, cut, longer, or written in another way. */
function* forgeriesOf(genuine: string, flips: number): Generator<string> {
  for (let n = 0; n < flips; n += 1) {
    const at = Math.floor((n * genuine.length) / flips);
    yield genuine.slice(0, at) + (genuine[at] === 'A' ? 'B' : 'A') + genuine.slice(at + 1);
  }
  yield genuine.slice(0, -1);
  yield genuine.slice(1);
  yield `${genuine}A`;
  yield `${genuine}=`;
  yield genuine.toLowerCase();
  yield Buffer.from(genuine, 'base64url').toString('hex');
  yield Buffer.from(JSON.stringify([['reserve', 'x', 1]])).toString('base64url');
}

export const forgedSeals: Attack = {
  id: 'B2',
  name: 'consistency tokens and cursors that were changed, cut, or made for another list or member',
  full: '200 forgeries',
  bar: '0 accepted',
  async run(stage) {
    const system = await stage.system();
    const { blame, broken } = probe(system.url);
    const [reader, other] = [await member(system, 'b2-reader'), await member(system, 'b2-other')];
    const libby = await librarian(system, 'b2-librarian');
    const { consistencyToken, entity } = await libby.addBook('Sealed', 1);
    const bookId = entity?.id ?? '';
    accepted(await reader.reserve(bookId));
    const { books } = await reader.data<Cursors>('{ books(first: 1) { pageInfo { endCursor } } }');
    const cursor = books.pageInfo.endCursor;
    const flips = stage.amount({ short: 3, full: 90 });
    let tried = 0;
    for (const forged of [...forgeriesOf(consistencyToken, flips), cursor]) {
      tried += 1;
      if (!(await isIgnored(other, forged)))
        blame('a forged token is ignored, and the answer tells so', forged, 'fresh');
    }
    for (const forged of [...forgeriesOf(cursor, flips), consistencyToken]) {
      tried += 1;
      const { errors, data } = await other.ask<Cursors>(
        'query($after: String) { books(after: $after) { pageInfo { endCursor } } }',
        {
          after: forged,
        },
      );
      if (errors?.[0]?.extensions?.code !== 'BAD_USER_INPUT')
        blame('a forged cursor is refused', forged, JSON.stringify(data));
    }
    return {
      amount: `${String(tried)} forgeries`,
      measured: `${String(broken.length)} accepted`,
      broken,
    };
  },
};

const isIgnored = async (reader: Reader, token: string): Promise<boolean> => (await reader.page(token)).freshness.stale;
