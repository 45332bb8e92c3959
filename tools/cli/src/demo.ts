import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { kafkaSecurityOf, tailEvents, unreachableIn } from '@rentalbook/messaging';
import { randomBytes } from 'node:crypto';
import { until } from '@rentalbook/timing';
import addABook from '../../../router/operations/01-add-a-book.graphql';
import rentWithoutReservation from '../../../router/operations/03-rent-without-reservation.graphql';
import reserve from '../../../router/operations/04-reserve.graphql';
import rent from '../../../router/operations/05-rent.graphql';
import returnBook from '../../../router/operations/08-return.graphql';
import demoPage from '../../../router/operations/demo-page.graphql';
import { runCommand, UsageError } from './command';
import { commandLines } from './command-lines';
import { issueDevelopmentToken } from './development-keys';
import { readEnvironment } from './environment';
import { ask, type GraphQLAnswer } from './graphql-client';
import { noopLogger } from './noop-logger';
import { systemInUse } from './system-in-use';

const HELP = `Drives the story of rentalbook through the running system and shows each answer and each event as it happens.

  npm run demo

Start the system first, in another terminal: npm start. Or name another by ROUTER_URL and KAFKA_BROKERS, with its keys in RENTALBOOK_DATA.
`;

/** How long an event may take to show on a page before the demo calls it a failure, in milliseconds. */
const PATIENCE_MS = 10_000;

interface Entry {
  readonly bookTitle: string;
  readonly status: string;
  readonly statusText: string;
  readonly position: number | null;
  readonly history: readonly { readonly event: string; readonly statusText: string; readonly at: string }[];
}
interface Page {
  readonly myPage: { readonly entries: { readonly edges: readonly { readonly node: Entry }[] } };
}
interface Refusal {
  readonly code: string;
  readonly message: string;
}
type Payload<Field extends string, Entity> = Readonly<
  Record<string, Readonly<Record<Field, Entity | null>> & { readonly refusal: Refusal | null }>
>;

runCommand(HELP, async (args) => {
  commandLines.demo(args);
  // Without a reader there is no one to show the story to.
  process.stdout.on('error', () => process.exit(0));
  const settings = readEnvironment();
  const { url, brokers, topic, security } = systemInUse(settings);
  const printEvent = (event: RentalbookEvent): void => {
    if (event.key !== story.bookId) {
      eventsBefore.push(event);
      return;
    }
    print(`      ⚡ ${event.eventType.padEnd(13)} ${event.source} #${event.sequence}`);
    if (event.eventType === 'Rentaled') story.correlationId = event.correlationId;
  };
  /** Those that came before the book's id was known. */
  const eventsBefore: RentalbookEvent[] = [];
  const story: { bookId?: string; correlationId?: string } = {};
  const tail = await tailEvents({
    brokers: brokers.split(','),
    clientId: 'demo',
    security: kafkaSecurityOf(security),
    topic,
    fromNow: true,
    log: noopLogger,
    onEvent: printEvent,
  }).catch((error: unknown) => {
    throw unreachableIn(error, { brokers: brokers.split(',') }) ?? error;
  });
  try {
    await playStory(url, settings.RENTALBOOK_DATA, (bookId) => {
      story.bookId = bookId;
      for (const event of eventsBefore.splice(0)) printEvent(event);
    });
    if (story.correlationId !== undefined) showTrail(url, story.correlationId);
  } finally {
    await tail.close();
  }
});

async function playStory(url: string, dataDir: string, about: (bookId: string) => void): Promise<void> {
  const suffix = randomBytes(2).toString('hex');
  const as = async (memberId: string, name: string, role: string) =>
    issueDevelopmentToken(dataDir, { memberId, name, roles: [role], expiresIn: '1h' });
  const librarian = await as('libby', 'Libby', 'librarian');
  const alice = await as(`alice-${suffix}`, 'Alice', 'member');
  const bob = await as(`bob-${suffix}`, 'Bob', 'member');
  const request = <Data>(token: string, mutation: string, input: object): Promise<Data> =>
    ask<Data>(url, token, mutation, { input }).then(dataOf);

  print('\n1. A librarian adds a book of which there is one copy.');
  const added = await request<Payload<'book', { id: string; title: string; statusText: string }>>(librarian, addABook, {
    title: `Orlando (${suffix})`,
    authors: ['Virginia Woolf'],
    copies: 1,
  });
  const book = accepted(added['addBook']?.book, 'the book');
  about(book.id);
  const thatBook = { bookId: book.id };
  show(`"${book.title}" is ${book.statusText}`);

  print('\n2. Alice tries to rent it without a reservation.');
  const unreserved = await request<Payload<'rental', unknown>>(alice, rentWithoutReservation, thatBook);
  const refusal = unreserved['rentBook']?.refusal;
  requireEqual(refusal?.code, 'NOT_RESERVED', 'the refusal');
  show(`refused, ${refusal?.code ?? ''}: ${refusal?.message ?? ''}`);

  print('\n3. Alice reserves it; the copy is set aside for her at once.');
  type Reserved = Payload<
    'reservation',
    { id: string; status: string; position: number | null; pickupBy: string | null }
  >;
  const hers = accepted(
    (await request<Reserved>(alice, reserve, thatBook))['reserveBook']?.reservation,
    'the reservation',
  );
  requireEqual(hers.status, 'READY', 'her reservation');
  show(`${hers.status}, to be fetched by ${hers.pickupBy ?? ''}`);

  print('\n4. Alice rents it.');
  const rented = await request<Payload<'rental', { id: string; status: string; dueAt: string | null }>>(
    alice,
    rent,
    thatBook,
  );
  const rental = accepted(rented['rentBook']?.rental, 'the rental');
  requireEqual(rental.status, 'ACTIVE', 'her rental');
  show(`${rental.status}, due ${rental.dueAt ?? ''}`);

  print('\n5. Her page shows it.');
  showEntry(await untilEntry(url, alice, book.title, 'ON_RENTAL'));

  print('\n6. Bob reserves the same book and waits in the queue.');
  const his = accepted(
    (await request<Reserved>(bob, reserve, thatBook))['reserveBook']?.reservation,
    'the reservation',
  );
  requireEqual(his.status, 'WAITING', 'his reservation');
  show(`${his.status}, position ${String(his.position)}`);

  print('\n7. Alice brings the book back.');
  const returned = await request<Payload<'rental', { status: string; statusText: string }>>(alice, returnBook, {
    rentalId: rental.id,
  });
  show(accepted(returned['returnBook']?.rental, 'the return').statusText);

  print('\n8. The copy is set aside for Bob.');
  showEntry(await untilEntry(url, bob, book.title, 'READY'));

  print('\n9. Alice’s page keeps the whole story.');
  const whole = await untilEntry(url, alice, book.title, 'RETURN_COMPLETE');
  showEntry(whole);
  for (const step of whole.history) show(`   ${step.at}  ${step.event.padEnd(13)} ${step.statusText}`);
  print('\nThat is the whole story: every answer was as expected.\n');
}

/** Where a librarian reads every event of one request: its correlation id is the id of its trace. */
function showTrail(url: string, correlationId: string): void {
  print('The events of Alice’s rent, across all services, in the IDE:');
  print(`  ${new URL(`/?correlationId=${correlationId}`, url).href}\n`);
}

/** The member's entry of a book once it has the status; fails when it does not get it in time. */
async function untilEntry(url: string, token: string, title: string, status: string): Promise<Entry> {
  let shown: readonly Entry[] = [];
  const find = async (): Promise<Entry | undefined> => {
    const page = dataOf(await ask<Page>(url, token, demoPage));
    shown = page.myPage.entries.edges.map(({ node }) => node).filter((node) => node.bookTitle === title);
    return shown.find((entry) => entry.status === status);
  };
  const found = await until(find, { every: 50, withinMs: PATIENCE_MS });
  if (found) return found;
  const statuses = shown.map((entry) => entry.status).join(', ') || 'nothing';
  throw new UsageError(`The page should show ${status} for "${title}"; it shows ${statuses}.`);
}

function dataOf<Data>({ data, errors }: GraphQLAnswer<Data>): Data {
  if (data && !errors) return data;
  const faults = (errors ?? []).map(({ message, extensions }) => `${extensions?.code ?? 'error'}: ${message}`);
  throw new UsageError(`The router answered with an error: ${faults.join('; ') || 'no data'}.`);
}

function accepted<Entity>(entity: Entity | null | undefined, what: string): Entity {
  if (entity !== null && entity !== undefined) return entity;
  throw new UsageError(`The router should have answered with ${what}; it refused.`);
}

function requireEqual(actual: string | undefined, expected: string, what: string): void {
  if (actual !== expected) throw new UsageError(`${what} should be ${expected}; it is ${actual ?? 'missing'}.`);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const show = (line: string): void => {
  print(`   → ${line}`);
};
const showEntry = ({ bookTitle, status, statusText, position }: Entry): void => {
  show(`"${bookTitle}": ${status} (${statusText})${position === null ? '' : `, position ${String(position)}`}`);
};
