import { eventually, type Entry, type Reader } from '@rentalbook/test-kit';

/** The entry of a title on a reader's page once it shows these values; fails after ten seconds. */
export function entryOnceItShows(reader: Reader, bookTitle: string, values: Partial<Entry>): Promise<Entry> {
  return eventually(
    async () => (await reader.page()).entries.find((entry) => matches(entry, { bookTitle, ...values })),
    {
      what: `the page of ${reader.id} showing ${JSON.stringify(values)} for "${bookTitle}"`,
    },
  );
}

/** Resolves once the reader's list of rejected requests has the title. */
export async function rejectedOnceListed(reader: Reader, bookTitle: string): Promise<void> {
  interface Answer {
    readonly myPage: { readonly entries: { readonly edges: readonly { readonly node: Pick<Entry, 'bookTitle'> }[] } };
  }
  await eventually(
    async () => {
      const query = '{ myPage { entries(first: 100, status: [REJECTED]) { edges { node { bookTitle } } } } }';
      const { myPage } = await reader.data<Answer>(query);
      return myPage.entries.edges.some(({ node }) => node.bookTitle === bookTitle);
    },
    { what: `the rejected request of ${reader.id} for "${bookTitle}" being listed` },
  );
}

const matches = (entry: Entry, values: Partial<Entry>): boolean =>
  Object.entries(values).every(([field, value]) => entry[field as keyof Entry] === value);
