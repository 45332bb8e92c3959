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
export const LONG = 'x'.repeat(10_000);
export let events: EventLog;
export let libby: Librarian;
export let reader: Reader;
export let other: Reader;
export let bookId: string;
export let rentalId: string;

beforeAll(async () => {
  [events, libby, reader, other] = await Promise.all([
    readEvents(system),
    librarian(system, 'libby-bad-input'),
    member(system, 'bad-input'),
    member(system, 'bad-input-other'),
  ]);
  bookId = accepted(await libby.addBook('Bad input', 2)).id;
  accepted(await other.reserve(bookId));
  rentalId = accepted(await other.rent(bookId)).id;
  await eventually(() => events.named('Loaned', bookId).length === 1);
});

afterAll(() => events.close());
