import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

const LARGEST = { outer: 50, within: 99 };
const TOO_LARGE = { outer: 50, within: 100 };
const nested = (outer: string, within: string): string =>
  `{ books(first: ${outer}) { edges { node { reservations(first: ${within}) { edges { cursor } } } } } }`;

describe('the limit of list entries', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouterUnderTest();
    router.subgraphs.book.behave(() => ({ data: { books: { edges: [] } } }));
  });
  afterAll(() => router.stop());

  const refused = async (query: string, variables?: Record<string, unknown>): Promise<boolean> => {
    const { body } = await router.post({ query, ...(variables && { variables }) });
    if (!body.errors) return false;
    expect(body.errors).toEqual([
      {
        message: expect.stringMatching(/^The operation could hold \d+ entries of lists; ask for at most 5000\.$/),
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
    return true;
  };
  const outcome = ({ outer, within }: typeof LARGEST): [ofDefaults: string, variables: Record<string, number>] => [
    `query($outer: Int = ${String(outer)}, $within: Int = ${String(within)}) ${nested('$outer', '$within')}`,
    { outer, within },
  ];

  it.each([
    ['within the limit', LARGEST, false],
    ['beyond the limit', TOO_LARGE, true],
  ])('counts values %s alike, as literals, variables and defaults of variables', async (_, sizes, expected) => {
    const [ofDefaults, variables] = outcome(sizes);
    expect(await refused(nested(String(sizes.outer), String(sizes.within)))).toBe(expected);
    expect(await refused(`query($outer: Int, $within: Int) ${nested('$outer', '$within')}`, variables)).toBe(expected);
    expect(await refused(ofDefaults)).toBe(expected);
    expect(await refused(ofDefaults, {})).toBe(expected);
    expect(await refused(ofDefaults.replaceAll('Int =', 'Int! ='))).toBe(expected);
  });

  it('counts the value that was given, not the default that it replaces', async () => {
    expect(await refused(outcome(TOO_LARGE)[0], { within: 1 })).toBe(false);
    expect(await refused(outcome(LARGEST)[0], { within: 100 })).toBe(true);
  });

  it('counts the page that the graph gives, where a variable is absent or null', async () => {
    const query = `query($within: Int) ${nested('100', '$within')}`;
    expect(await refused(query)).toBe(false);
    expect(await refused(query, { within: null })).toBe(false);
    expect(await refused(outcome(TOO_LARGE)[0], { outer: null, within: null })).toBe(false);
  });

  it('counts what a condition may exclude, whatever its value', async () => {
    const query = `query($no: Boolean = false) { ... @include(if: $no) ${nested('100', '100')} __typename }`;
    expect(await refused(query)).toBe(true);
  });

  it('counts a fragment as often as it is used', async () => {
    const list = 'fragment L on Book { reservations(first: 40) { edges { cursor } } }';
    const use = (times: number): string =>
      `{ ${Array.from({ length: times }, (_, index) => `a${String(index)}: books(first: 50) { edges { node { ...L } } }`).join(' ')} } ${list}`;
    router.subgraphs.book.behave(() => ({ data: { a0: { edges: [] }, a1: { edges: [] } } }));
    expect(await refused(use(2))).toBe(false);
    expect(await refused(use(3))).toBe(true);
  });

  it.each([100, 101])('counts the %i values of a list in a default of a variable', async (count) => {
    const authors = Array.from({ length: count }, () => '"b"').join(', ');
    const query = `mutation($input: AddBookInput! = { title: "a", authors: [${authors}] }) { addBook(input: $input) { consistencyToken } }`;
    router.subgraphs.book.behave(() => ({ data: { addBook: { consistencyToken: 'c' } } }));
    const { body } = await router.post({ query });
    expect(body.errors?.map(({ message }) => message)).toEqual(
      count > 100 ? ['The operation has a list of 101 values; send at most 100.'] : undefined,
    );
  });
});
