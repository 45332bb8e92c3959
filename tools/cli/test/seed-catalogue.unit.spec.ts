import { eventually } from '@rentalbook/test-kit/eventually';
import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seedCatalogue } from '../src/seed-catalogue';

// The bundler makes texts of them.
jest.mock('../../../router/operations/01-add-a-book.graphql', () => ({
  __esModule: true,
  default: 'mutation AddBook',
}));
jest.mock('../../../router/operations/02-find-books.graphql', () => ({ __esModule: true, default: 'query FindBooks' }));

interface Asked {
  readonly query: string;
  readonly variables: { readonly input?: { readonly title: string; readonly idempotencyKey: string } };
}
/** Answers a request, or leaves it to the router. */
type Fault = (asked: Asked, response: ServerResponse) => boolean;

const PAUSE_AT_MOST_MS = 1_000;
const BOOKS = 6;
const drop: Fault = (_, response) => {
  response.destroy();
  return true;
};
const refuse =
  (code: string): Fault =>
  (_, response) => {
    response.end(JSON.stringify({ data: null, errors: [{ message: `It is ${code}.`, extensions: { code } }] }));
    return true;
  };
const none: Fault = () => false;
const isMutation = ({ query }: Asked): boolean => query.includes('mutation');

describe('the books of an empty catalogue', () => {
  let server: Server;
  let clock: ManualClock;
  let url: string;
  let fault: Fault;
  /** The titles that the router keeps, by idempotency key. */
  let books: Map<string, string>;
  let asked: Asked[];

  const answer = (request: Asked): object => {
    if (!isMutation(request)) {
      const edges = [...books.values()].map((title) => ({ node: { title } }));
      return { data: { books: { edges } } };
    }
    const { input } = request.variables;
    if (input) books.set(input.idempotencyKey, input.title);
    return { data: { addBook: { book: { id: '1' }, refusal: null } } };
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
    asked.push(sent);
    if (!fault(sent, response)) response.end(JSON.stringify(answer(sent)));
  };

  beforeEach(async () => {
    books = new Map();
    asked = [];
    fault = none;
    clock = createManualClock();
    server = createServer((request, response) => void serve(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/graphql`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  /** The outcome of a seeding whose pauses, so many, are over at once. */
  const seeded = async (pauses: number): Promise<unknown> => {
    const outcome = seedCatalogue(url, 'token', clock).catch((error: unknown) => error);
    for (let times = 0; times < pauses; times += 1) {
      await eventually(() => clock.pending() === 1);
      clock.advance(PAUSE_AT_MOST_MS);
    }
    return outcome;
  };
  const onceFor = (is: (asked: Asked) => boolean, harm: Fault): Fault => {
    let isOver = false;
    return (request, response) => {
      if (isOver || !is(request)) return false;
      isOver = true;
      return harm(request, response);
    };
  };
  const isThirdBook = (request: Asked): boolean => isMutation(request) && books.size === 2;

  it.each([
    ['drops the connection', drop],
    ['answers UNAVAILABLE', refuse('UNAVAILABLE')],
    ['answers OVERLOADED', refuse('OVERLOADED')],
    [
      'adds the book and drops the connection',
      (request: Asked, response: ServerResponse) => {
        answer(request);
        return drop(request, response);
      },
    ],
  ])('are all added, each once, when the router once %s', async (_, harm: Fault) => {
    fault = onceFor(isThirdBook, harm);
    expect(await seeded(1)).toBe(BOOKS);
    expect(books.size).toBe(BOOKS);
  });

  it('are added when the router drops the connection under the first question', async () => {
    fault = onceFor((request) => !isMutation(request), drop);
    expect(await seeded(1)).toBe(BOOKS);
  });

  it('are not added for ever by a router that goes on dropping connections', async () => {
    fault = drop;
    expect(await seeded(4)).toMatchObject({ code: 'ECONNRESET' });
    expect(asked).toHaveLength(5);
  });

  it.each(['UNAUTHENTICATED', 'FORBIDDEN', 'BAD_USER_INPUT'])('are given up at once for %s', async (code) => {
    fault = refuse(code);
    expect(await seeded(0)).toEqual(new Error(`It is ${code}.`));
    expect(asked).toHaveLength(1);
  });

  it('are given up at once when the router refuses one', async () => {
    const refusal = { code: 'TOO_MANY', message: 'There are too many.' };
    fault = onceFor(isThirdBook, (_, response) => {
      response.end(JSON.stringify({ data: { addBook: { book: null, refusal } } }));
      return true;
    });
    expect(await seeded(0)).toEqual(new Error('There are too many.'));
    expect(books.size).toBe(2);
  });

  it('are completed when an earlier seeding ended in between', async () => {
    fault = onceFor(isThirdBook, refuse('FORBIDDEN'));
    expect(await seeded(0)).toEqual(new Error('It is FORBIDDEN.'));
    expect(books.size).toBe(2);
    expect(await seeded(0)).toBe(BOOKS - 2);
    expect(books.size).toBe(BOOKS);
    expect(await seeded(0)).toBe(0);
  });

  it('are not added to a catalogue that has a book of its own', async () => {
    books.set('own', 'Momo');
    expect(await seeded(0)).toBe(0);
    expect(books.size).toBe(1);
  });
});
