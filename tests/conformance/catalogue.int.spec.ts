import { type AggregateModel, createAggregateStore, newIdAt } from '@rentalbook/aggregate-store';
import { createChanges } from '@rentalbook/read-models';
import { connectDatabase } from '@rentalbook/mongo';
import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import { type Connection as Page, createPager, createSeal } from '@rentalbook/service-kit';
import type { Connection } from 'mongoose';
import { catalogueBook, type Title } from '../../subgraphs/book/src/domain/catalogue-book';
import type * as Matchers from '../../engines/mongo/src/query/filter';
import type { CataloguePosition } from '../../subgraphs/book/src/application/ports';
import type { BookView } from '../../subgraphs/book/src/application/views';
import { catalogueIn } from '../../subgraphs/book/src/persistence/book.queries';
import { listingsIn } from '../../subgraphs/book/src/persistence/listings';
import { searchFor } from '../../subgraphs/book/src/search/listing';

const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const TITLES = 5_000;

let examined = 0;
jest.mock('../../engines/mongo/src/query/filter', () => {
  const actual = jest.requireActual<typeof Matchers>('../../engines/mongo/src/query/filter');
  return {
    ...actual,
    compileFilter: (...given: Parameters<typeof actual.compileFilter>) => {
      const filter = actual.compileFilter(...given);
      return {
        ...filter,
        matches: (document: Parameters<typeof filter.matches>[0]) => {
          examined += 1;
          return filter.matches(document);
        },
      };
    },
  };
});

let mongo: EmbeddedMongo;
let connection: Connection;
let model: AggregateModel;
let listings: ReturnType<typeof listingsIn>;
let catalogue: ReturnType<typeof catalogueIn>;
beforeAll(async () => {
  mongo = await startEmbeddedMongo({ port: 0 });
  connection = await connectDatabase(mongo.url, 'book', 5_000, silent);
  const store = createAggregateStore({
    connection,
    decider: catalogueBook,
    policy: () => undefined,
    project: () => Promise.resolve(),
    changes: createChanges(),
    wakeRelay: ignore,
  });
  await store.prepare();
  // As the version before left them: without listings.
  const words = ['River', 'Mountain', 'Harbour', 'Étude', '바다', '하늘', 'Garden', 'Winter'];
  const titles = Array.from({ length: TITLES }, (_, n): Title => ({
    bookId: newIdAt(new Date()),
    bookNm: `${words[n % words.length] ?? ''} ${words[(n * 7 + 3) % words.length] ?? ''} Vol. ${String(n)}`,
    authors: n % 250 === 0 ? ['Jane Austen'] : ['Anon'],
    isbn: n % 250 === 0 ? '9780141439587' : null,
  }));
  await connection.collection<{ _id: string }>('aggregates').insertMany(
    titles.map((title) => ({
      ...{ _id: title.bookId, revision: 1, sequence: 1, outbox: [], seen: {}, commands: [], answeredThrough: 0 },
      state: { title, copies: [] },
    })),
  );
  model = store.model;
  catalogue = catalogueIn(connection, model);
  await catalogue.prepare();
  listings = listingsIn(connection, model);
  expect(await listings.listMissing()).toBe(TITLES);
});
afterAll(async () => {
  await connection.close();
  await mongo.close();
});

const pager = createPager<CataloguePosition>(
  createSeal(() => ['a secret of at least 32 characters'], 'cursor'),
  'books',
);
const ask = (args: object, search?: string): Promise<Page<BookView>> =>
  pager.connection(
    args,
    (slice) => catalogue.slice(slice, search === undefined ? undefined : searchFor(search)),
    ({ bookNm, bookId }) => ({ bookNm, bookId }),
  );
const namesOf = ({ edges }: Page<BookView>): string[] => edges.map(({ node }) => node.bookNm);

describe('the catalogue', () => {
  it('reads the titles of requests that come at once by one query, each in the order asked for', async () => {
    const [one = '', other = ''] = (
      await listings.slice({ after: undefined, before: undefined, limit: 2, backward: false }, undefined)
    ).toReversed();
    const find = jest.spyOn(model, 'find');
    const found = await Promise.all([catalogue.byIds([one, other]), catalogue.byIds([other, 'none'])]);
    expect(found.map((views) => views.map(({ bookId }) => bookId))).toEqual([[one, other], [other]]);
    expect(find).toHaveBeenCalledTimes(1);
    find.mockRestore();
  });

  it('lists the titles that an earlier version stored, and lists none twice', async () => {
    expect(await connection.collection('listings').countDocuments()).toBe(TITLES);
    examined = 0;
    expect(await listings.listMissing()).toBe(0);
    expect(examined).toBeLessThan(50);
  });

  it('lists again the titles that were listed by earlier rules', async () => {
    const row = connection.collection<{ _id: string; version: number; text: string }>('listings');
    const { _id, version, text } = (await row.findOne({})) ?? { _id: '', version: 0, text: '' };
    await row.updateOne({ _id }, { $set: { version: version - 1, text: 'by earlier rules' } });
    await connection.collection<{ _id: string }>('aggregates').updateOne({ _id }, { $set: { listed: version - 1 } });
    expect(await listings.listMissing()).toBe(1);
    expect(await row.findOne({ _id })).toMatchObject({ version, text });
  });

  it('is in the order of the root collation, read forward and backward', async () => {
    const reference = new Intl.Collator('und', { numeric: true });
    const forward = namesOf(await ask({ first: 100 }));
    expect(forward).toEqual([...forward].sort(reference.compare));
    expect(forward[0]).toMatch(/^Étude|^Garden/);
    expect(namesOf(await ask({ last: 100 })).at(-1)).toMatch(/^하늘/);
  });

  it('pages exactly while it is searched', async () => {
    const walked: string[] = [];
    let cursor: string | null = null;
    for (;;) {
      const page: Page<BookView> = await ask({ first: 7, after: cursor }, 'austen');
      walked.push(...namesOf(page));
      cursor = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(walked).toHaveLength(TITLES / 250);
    expect(new Set(walked).size).toBe(walked.length);
  });

  it('is searched for a part of an ISBN with hyphens, where the ISBN has none', async () => {
    expect((await ask({ first: 100 }, '0-14-143958')).edges).toHaveLength(TITLES / 250);
  });

  it.each([['austen'], ['0-14-143958'], ['4999'], ['ㅂㄷ 4996'], ['river'], ['etude river']])(
    'is searched for %s without examining the whole of it',
    async (typed) => {
      examined = 0;
      await ask({ first: 20 }, typed);
      expect(examined).toBeLessThan(TITLES / 20);
    },
  );
});
