// The commands of the recorded data folder, through the public graph. Without refusals of requests that have a reservation: a
// release of before docs/adr/0006 projected those otherwise, so that a rebuild differs.
import { randomUUID } from 'node:crypto';

const selections = {
  book: 'id title authors isbn status statusText totalCopies availableCopies copies { id status } queueLength',
  reservation: 'id status statusText position pickupBy reason',
  rental: 'id status statusText dueAt renewals rentedAt returnedAt rejection { code message rule } reservation { id }',
};
const PAGE = `{ myPage { memberId activeCount waitingCount overdueCount entries(first: 100, status: [BOOKING,
  READY, START_RENTAL, ON_RENTAL, OVERDUE, RETURN_COMPLETE, CANCELLED, EXPIRED, REJECTED]) { edges { node {
  id bookTitle status statusText position pickupBy dueAt updatedAt reservation { id } rental { id }
  history { event statusText at } } } } } }`;
const CATALOGUE = `{ books(first: 100) { edges { node { ${selections.book} } } } }`;
const inputs = {
  addBook: ['AddBookInput', 'book'],
  addCopies: ['AddCopiesInput', 'book'],
  withdrawCopy: ['WithdrawCopyInput', 'book'],
  reserveBook: ['ReserveBookInput', 'reservation'],
  cancelReservation: ['CancelReservationInput', 'reservation'],
  rentBook: ['RentBookInput', 'rental'],
  returnBook: ['ReturnBookInput', 'rental'],
};

/** Members of a running system, whose commands are written down. */
function people(system) {
  const tokens = new Map();
  const commands = [];
  const tokenOf = (member) => {
    if (!tokens.has(member)) tokens.set(member, system.token(member, member === 'libby' ? 'librarian' : 'member'));
    return tokens.get(member);
  };
  const read = async (member, query, variables = {}) => {
    const { data, errors } = await system.ask(tokenOf(member), query, variables);
    if (errors) throw new Error(`${query}: ${JSON.stringify(errors)}`);
    return data;
  };
  return {
    commands,
    read,
    members: () => [...tokens.keys()].filter((member) => member !== 'libby'),
    /** Sends a command with an idempotency key of its own; its entity, or its refusal. */
    async send(member, mutation, input) {
      const [type, entity] = inputs[mutation];
      const query = `mutation($input: ${type}!) { payload: ${mutation}(input: $input) {
        entity: ${entity} { ${selections[entity]} } refusal { code message rule } } }`;
      const variables = { input: { ...input, idempotencyKey: randomUUID() } };
      const { payload } = await read(member, query, variables);
      commands.push({ member, query, variables });
      return payload.entity ?? payload.refusal;
    },
    /** The entry of a title on the member's page once it has the status. */
    entry: (member, title, status) =>
      system.until(async () => {
        const { myPage } = await read(member, PAGE);
        return myPage.entries.edges.find(({ node }) => node.bookTitle === title && node.status === status);
      }),
  };
}

/** What is over when the story begins: a hold that was not fetched, and a loan that is overdue. */
export async function playBefore(system) {
  const { send, entry } = people(system);
  const book = (title) => send('libby', 'addBook', { title, copies: 1, authors: ['Anon'] });
  const [missed, overdue] = [await book('Not fetched'), await book('Overdue')];
  await reserved(system, send, 'alice', missed.id);
  await send('bob', 'reserveBook', { bookId: missed.id });
  await reserved(system, send, 'carol', overdue.id);
  const { id: rentalId } = await send('carol', 'rentBook', { bookId: overdue.id });
  await entry('carol', 'Overdue', 'ON_RENTAL');
  await entry('bob', 'Not fetched', 'BOOKING');
  return { missed: missed.id, overdue: { member: 'carol', rentalId, title: 'Overdue' } };
}

/** Reserves once Reserve has consumed that there is the book. */
const reserved = (system, send, member, bookId) =>
  system.until(async () => {
    const answer = await send(member, 'reserveBook', { bookId });
    return 'status' in answer && answer;
  });

export async function playStory(system, { missed, overdue }) {
  const { commands, send, read, entry, members } = people(system);
  const book = (title, copies = 1) =>
    send('libby', 'addBook', { title, copies, authors: ['Ána Ñ', 'B'], isbn: '9780141439549' });
  await entry('bob', 'Not fetched', 'READY');

  const story = await book('Story');
  await reserved(system, send, 'alice', story.id);
  const rental = await send('alice', 'rentBook', { bookId: story.id });
  await entry('alice', 'Story', 'ON_RENTAL');
  await send('dave', 'reserveBook', { bookId: story.id });
  await send('carol', 'reserveBook', { bookId: story.id });
  await send('carol', 'reserveBook', { bookId: story.id });
  await send('alice', 'returnBook', { rentalId: rental.id });
  await send('alice', 'returnBook', { rentalId: rental.id });
  await entry('dave', 'Story', 'READY');
  await entry('alice', 'Story', 'RETURN_COMPLETE');

  const copies = await book('Copies', 2);
  await send('libby', 'addCopies', { bookId: copies.id, copies: 1 });
  await send('libby', 'withdrawCopy', { bookId: copies.id, copyId: copies.copies[0].id, reason: 'water damage' });
  const given = await reserved(system, send, 'dave', copies.id);
  await send('dave', 'cancelReservation', { reservationId: given.id, reason: 'changed my mind' });
  await send('dave', 'cancelReservation', { reservationId: given.id, reason: 'changed my mind' });
  await send('dave', 'rentBook', { bookId: copies.id });
  await entry('dave', 'Copies', 'CANCELLED');
  await reserved(system, send, 'erin', copies.id);
  const lent = await send('erin', 'rentBook', { bookId: copies.id });
  await entry('erin', 'Copies', 'ON_RENTAL');

  const late = await book('Too late');
  await reserved(system, send, 'erin', late.id);
  await entry('erin', 'Too late', 'READY');
  system.signal('reserve', 'SIGSTOP');
  await send('erin', 'rentBook', { bookId: late.id });
  await system.until(async () => {
    const { myPage } = await read('erin', '{ myPage { entries { edges { node { bookTitle history { event } } } } } }');
    return myPage.entries.edges.some(({ node }) => node.history.some(({ event }) => event === 'Rejected'));
  });
  system.signal('reserve', 'SIGCONT');

  const parked = await playParked(system, { book, send });
  const reads = await settled(system, async () => [
    { member: 'libby', query: CATALOGUE, data: await read('libby', CATALOGUE) },
    ...(await Promise.all(members().map(async (member) => ({ member, query: PAGE, data: await read(member, PAGE) })))),
    ...(await entitiesOf(members(), read)),
  ]);
  const repeats = [];
  for (const { member, query, variables } of commands)
    repeats.push({ member, query, variables, data: await read(member, query, variables) });
  const holds = [
    { member: 'bob', bookId: missed, title: 'Not fetched' },
    { member: 'dave', bookId: story.id, title: 'Story' },
  ];
  return { reads, repeats, holds, loans: [overdue, { member: 'erin', rentalId: lent.id, title: 'Copies' }], parked };
}

/** A message that no consumer can apply, and a later one of its key. */
async function playParked(system, { book, send }) {
  const { id: bookId } = await book('Parked');
  await reserved(system, send, 'grace', bookId);
  await system.putMessage(bookId, '{"eventType":"Ready","schemaVersion":1}');
  const { id: reservationId } = await send('heidi', 'reserveBook', { bookId });
  return { bookId, member: 'heidi', reservationId, title: 'Parked' };
}

/** Each reservation and rental of the members' pages, by its id. */
async function entitiesOf(members, read) {
  const found = [];
  for (const member of members) {
    const { myPage } = await read(member, PAGE);
    for (const { node } of myPage.entries.edges)
      for (const field of ['reservation', 'rental']) {
        const id = node[field]?.id;
        if (id === undefined) continue;
        const query = `query($id: ID!) { ${field}(id: $id) { ${selections[field]} } }`;
        found.push({ member, query, variables: { id }, data: await read(member, query, { id }) });
      }
  }
  return found;
}

/** What is read, once it was the same in 20 polls in a row. */
async function settled(system, read) {
  let last = '';
  let same = 0;
  return system.until(async () => {
    const found = await read();
    const text = JSON.stringify(found);
    same = text === last ? same + 1 : 0;
    last = text;
    return same >= 20 && found;
  }, 60_000);
}

/** A command whose events are still in the outbox when the system ends, for Kafka does not answer any more. */
export async function playUnsent(system) {
  const { send } = people(system);
  const { id: bookId } = await send('libby', 'addBook', { title: 'Not sent', copies: 1, authors: ['Anon'] });
  await reserved(system, send, 'frank', bookId);
  system.signal('embedded-kafka', 'SIGSTOP');
  const { id: reservationId } = await send('ivan', 'reserveBook', { bookId });
  return { bookId, member: 'ivan', reservationId, title: 'Not sent' };
}
