import {
  accepted,
  eventually,
  librarian,
  member,
  readEvents,
  type EventLog,
  type Librarian,
  type Reader,
} from '@rentalbook/test-kit';
import { sharedSystem } from './support/shared-system';

export const system = sharedSystem();
export let events: EventLog;
export let libby: Librarian;
let readers = 0;
export const aReader = (): Promise<Reader> => member(system, `defects-${String((readers += 1))}`);
export const aBook = async (title: string, copies = 1): Promise<string> =>
  accepted(await libby.addBook(title, copies)).id;

/** The names of a book's events, once its last one is there. */
export const settled = async (bookId: string, last: string): Promise<readonly string[]> => {
  await eventually(() => events.of(bookId).some(({ eventType }) => eventType === last), {
    what: last,
  });
  return events.of(bookId).map(({ eventType }) => eventType);
};

beforeAll(async () => {
  [events, libby] = await Promise.all([readEvents(system), librarian(system, 'libby-defects')]);
});

afterAll(() => events.close());
