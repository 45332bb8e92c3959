import { eventually, librarian, member, anonymous, type Librarian, type Reader } from '@rentalbook/test-kit';
import { randomBytes } from 'node:crypto';
import { codesOf } from './support/answers';
import { sharedSystem } from './support/shared-system';

const system = sharedSystem();

interface Entry {
  readonly id: string;
  readonly event: string;
  readonly source: string;
  readonly key: string;
  readonly sequence: number;
  readonly causationId: string | null;
  readonly decidedAt: string;
  readonly publishedAt: string | null;
  readonly applied: readonly { readonly service: string; readonly at: string }[];
}
interface Rented {
  readonly rental: { readonly id: string; readonly status: string };
}
interface Trail {
  readonly edges: readonly { readonly node: Entry }[];
}

const TRAIL = `query($id: ID!, $after: String) { eventTrail(correlationId: $id, first: 100, after: $after) { edges { node {
  id event source key sequence causationId decidedAt publishedAt applied { service at } } } } }`;
const correlationId = randomBytes(16).toString('hex');
const inTrace = { traceparent: `00-${correlationId}-00f067aa0ba902b7-00` };
const NAME = 'Tricia McMillan';

let libby: Librarian;
let reader: Reader;
let bookId: string;
let trail: readonly Entry[];

const trailOf = async (id: string): Promise<readonly Entry[]> =>
  (await libby.data<{ eventTrail: Trail }>(TRAIL, { id })).eventTrail.edges.map(({ node }) => node);

/** Sends a command in the one trace of this file, and returns what is selected of its payload. */
async function command<Payload>(person: Reader, field: string, input: string, asked: object, selection: string) {
  const query = `mutation($input: ${input}!) { payload: ${field}(input: $input) { ${selection} } }`;
  return (await person.data<{ payload: Payload }>(query, { input: asked }, inTrace)).payload;
}

beforeAll(async () => {
  libby = await librarian(system, 'libby-event-trail');
  reader = await member(system, 'trillian-42', NAME);
  const title = { title: 'The Event Trail', authors: ['Anon'], copies: 1 };
  const { book } = await command<{ book: { id: string } }>(libby, 'addBook', 'AddBookInput', title, 'book { id }');
  bookId = book.id;
  await command(reader, 'reserveBook', 'ReserveBookInput', { bookId }, 'reservation { id }');
  const { rental } = await command<Rented>(reader, 'rentBook', 'RentBookInput', { bookId }, 'rental { id status }');
  expect(rental.status).toBe('ACTIVE');
  await command(reader, 'returnBook', 'ReturnBookInput', { rentalId: rental.id }, 'rental { id }');
  trail = await eventually(
    async () => {
      const found = await trailOf(correlationId);
      return ['ReturnedBook', 'Returned'].every((name) => found.some(({ event }) => event === name)) && found;
    },
    { what: 'the return in the trail, of both services' },
  );
});

describe('the event trail of a correlation id', () => {
  it('has the events of all services, in the order in which each made the next one possible', () => {
    expect(trail.map(({ source, event }) => `${source} ${event}`)).toEqual([
      'book Added',
      'reserve Subscribed',
      'reserve Ready',
      'rental Rentaled',
      'reserve Checked',
      'rental Loaned',
      'rental Returned',
      'reserve ReturnedBook',
    ]);
    expect(trail.map(({ key }) => key)).toEqual(trail.map(() => bookId));
    const named = (event: string) => trail.find((entry) => entry.event === event);
    expect(named('Checked')?.causationId).toBe(named('Rentaled')?.id);
    expect(named('Loaned')?.causationId).toBe(named('Checked')?.id);
    expect(named('Rentaled')?.causationId).toBeNull();
  });

  it('says when each was decided, sent and applied, as far as it is known', () => {
    for (const { event, decidedAt, publishedAt, applied } of trail) {
      const page = applied.find(({ service }) => service === 'mypage');
      expect({ event, isPublished: publishedAt !== null, isShown: page !== undefined }).toEqual({
        event,
        isPublished: true,
        isShown: true,
      });
      expect([decidedAt, publishedAt, page?.at]).toEqual([decidedAt, publishedAt, page?.at].sort());
    }
    // What Reserve decided because of Rental's event, it decided in the write that applied that event.
    const checked = trail.find(({ event }) => event === 'Checked');
    const rentaled = trail.find(({ event }) => event === 'Rentaled');
    expect(rentaled?.applied).toContainEqual({ service: 'reserve', at: checked?.decidedAt });
  });

  it('holds nothing of a member or a title', () => {
    for (const secret of [reader.id, NAME, libby.id, 'The Event Trail'])
      expect(JSON.stringify(trail)).not.toContain(secret);
  });

  it('is empty for an id that no event has', async () => {
    expect(await trailOf('no-such-request')).toEqual([]);
  });

  it('is for librarians', async () => {
    const asked = { id: correlationId };
    expect(codesOf(await reader.ask(TRAIL, asked))).toEqual(['FORBIDDEN']);
    expect(codesOf(await anonymous(system).ask(TRAIL, asked))).toEqual(['UNAUTHENTICATED']);
  });

  it.each([
    ['a long id', { id: 'x'.repeat(65) }, '"correlationId" has 65 characters; an id has at most 64.'],
    [
      'a control character',
      { id: 'a\u0000' },
      '"correlationId" has a control character or a line break; leave it out.',
    ],
    [
      'a forged cursor',
      { id: 'a', after: 'x' },
      '"after" is not a cursor of this list; use a cursor that it returned.',
    ],
  ])('refuses %s in a sentence', async (_, asked, message) => {
    expect((await libby.ask(TRAIL, asked)).errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
