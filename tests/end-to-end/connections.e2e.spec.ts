import { accepted, eventually, librarian, member, type Librarian, type Reader } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { sharedSystem } from './support/shared-system';

const system = sharedSystem();
const ROWS = 5;
const PAGE = 2;

interface Page {
  readonly edges: readonly { readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasPreviousPage: boolean;
    readonly hasNextPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}
type AskPage = (args: string) => Promise<Page>;

const mark = randomUUID();
const correlationId = randomUUID().replaceAll('-', '');
const SELECTION = '{ edges { cursor } pageInfo { hasPreviousPage hasNextPage startCursor endCursor } }';
let libby: Librarian;
let reader: Reader;
let hotId: string;
beforeAll(async () => {
  libby = await librarian(system, 'libby-connections');
  reader = await member(system, 'connections');
  const ids = [];
  for (let n = 0; n < ROWS; n += 1) ids.push(accepted(await libby.addBook(`${mark} ${String(n)}`, 1)).id);
  for (const id of ids) accepted(await reader.reserve(id));
  hotId = accepted(await libby.addBook('Connections', ROWS)).id;
  for (let n = 0; n < ROWS; n += 1) {
    const other = await member(system, `connections-${String(n)}`);
    accepted(await other.reserve(hotId));
    accepted(await other.rent(hotId));
  }
  await rentInTrace();
  const isWhole = async (list: keyof typeof lists): Promise<boolean> =>
    (await lists[list]('first: 100')).edges.length === ROWS;
  await eventually(async () => (await isWhole('myPage.entries')) && (await isWhole('eventTrail')));
});

/** A reservation and a rent, both in one trace: Subscribed and Ready, Rentaled, Checked and Loaned. */
async function rentInTrace(): Promise<void> {
  const bookId = accepted(await libby.addBook('Connections, traced', 1)).id;
  const other = await member(system, 'connections-traced');
  const inTrace = { traceparent: `00-${correlationId}-00f067aa0ba902b7-00` };
  for (const field of ['reserveBook', 'rentBook'])
    await other.data(`mutation { ${field}(input: { bookId: "${bookId}" }) { refusal { code } } }`, {}, inTrace);
}

const ofBook =
  (list: string): AskPage =>
  async (args) =>
    (await libby.data<{ book: { list: Page } }>(`{ book(id: "${hotId}") { list: ${list}(${args}) ${SELECTION} } }`))
      .book.list;
const lists = {
  books: async (args: string) =>
    (await reader.data<{ books: Page }>(`{ books(search: "${mark}", ${args}) ${SELECTION} }`)).books,
  'myPage.entries': async (args: string) =>
    (await reader.data<{ myPage: { list: Page } }>(`{ myPage { list: entries(${args}) ${SELECTION} } }`)).myPage.list,
  'Book.reservations': ofBook('reservations'),
  'Book.rentals': ofBook('rentals'),
  eventTrail: async (args: string) =>
    (await libby.data<{ list: Page }>(`{ list: eventTrail(correlationId: "${correlationId}", ${args}) ${SELECTION} }`))
      .list,
};

describe.each(Object.entries<AskPage>(lists))('the connection %s', (_name, ask) => {
  it('has the same edges in the same order, read forward or backward, and says exactly where it begins and ends', async () => {
    const whole = (await ask('first: 100')).edges.map(({ cursor }) => cursor);
    expect(whole).toHaveLength(ROWS);

    const forward: Page[] = [await ask(`first: ${String(PAGE)}`)];
    while (forward.at(-1)?.pageInfo.hasNextPage)
      forward.push(await ask(`first: ${String(PAGE)}, after: "${forward.at(-1)?.pageInfo.endCursor ?? ''}"`));
    const backward: Page[] = [await ask(`last: ${String(PAGE)}`)];
    while (backward[0]?.pageInfo.hasPreviousPage)
      backward.unshift(await ask(`last: ${String(PAGE)}, before: "${backward[0].pageInfo.startCursor ?? ''}"`));

    for (const pages of [forward, backward]) {
      expect(pages.flatMap(({ edges }) => edges.map(({ cursor }) => cursor))).toEqual(whole);
      expect(pages.map(({ pageInfo }) => [pageInfo.hasPreviousPage, pageInfo.hasNextPage])).toEqual([
        [false, true],
        [true, true],
        [true, false],
      ]);
    }
  });
});
