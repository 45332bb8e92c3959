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

const matches = (entry: Entry, values: Partial<Entry>): boolean =>
  Object.entries(values).every(([field, value]) => entry[field as keyof Entry] === value);
