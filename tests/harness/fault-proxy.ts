import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Selects the requests whose answers the proxy drops, by their bytes. */
export type RequestMatcher = (request: Buffer) => boolean;

export interface FaultProxy {
  readonly port: number;
  /** How many answers were lost so far. */
  readonly lost: number;
  /** How many sockets are open, those of clients and those to the server. */
  openSockets(): number;
  /** Where the server is; until it is known, connections are refused. */
  standBefore(serverPort: number): void;
  /** Hands everything on. */
  pass(): void;
  /** Closes all connections and refuses new ones: the server is unavailable. */
  hangUp(): void;
  /** Connections stay open, and nothing moves: the server is there and silent. */
  freeze(): void;
  /** Every answer arrives so many milliseconds later, in order, until {@link pass}: the server is overloaded. */
  slow(ms: number): void;
  /** The next `times` requests that match are carried out; their answers never arrive, for the proxy hangs up instead. */
  loseAnswers(matches: RequestMatcher, times: number): void;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/**
 * Stands between clients and a server on this machine, and does to what passes what networks and machines do. `onRequest`
 * is shown whatever clients send, as it comes together, with the client's socket.
 */
export async function startFaultProxy(
  serverPort?: number,
  onRequest: (request: Buffer, client: Socket) => void = () => undefined,
): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let target = serverPort;
  let state: 'passing' | 'away' | 'frozen' = 'passing';
  let losing: { readonly matches: RequestMatcher; times: number } | undefined;
  let lost = 0;
  let answersLaterMs = 0;

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // The other side hung up, which is what this proxy is for; "close" follows.
    socket.on('error', () => socket.destroy());
    if (state === 'frozen') socket.pause();
  };
  const server = createServer((client) => {
    if (target === undefined || state === 'away') {
      client.destroy();
      return;
    }
    const upstream = connect(target, HOST);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      keep(socket);
      socket.on('close', () => other.destroy());
    }
    handOn(client, upstream, {
      answersLaterMs: () => answersLaterMs,
      losesAnswerOf(request) {
        onRequest(request, client);
        if (!losing || losing.times === 0 || !losing.matches(request)) return false;
        losing.times -= 1;
        return true;
      },
      onLost: () => (lost += 1),
    });
  });
  server.listen(0, HOST);
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    get lost() {
      return lost;
    },
    openSockets: () => sockets.size,
    standBefore(port) {
      target = port;
    },
    pass() {
      if (state === 'frozen') for (const socket of sockets) socket.resume();
      state = 'passing';
      answersLaterMs = 0;
    },
    slow(ms) {
      answersLaterMs = ms;
    },
    hangUp() {
      state = 'away';
      destroyAll(sockets);
    },
    freeze() {
      state = 'frozen';
      for (const socket of sockets) socket.pause();
    },
    loseAnswers(matches, times) {
      losing = { matches, times };
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      destroyAll(sockets);
      await closed;
    },
  };
}

function destroyAll(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.destroy();
}

interface Handing {
  readonly losesAnswerOf: (request: Buffer) => boolean;
  readonly answersLaterMs: () => number;
  readonly onLost: () => void;
}

/** Hands requests on to the server, and its answers back, in order; an answer that is to be lost ends the connection. */
function handOn(client: Socket, upstream: Socket, { losesAnswerOf, answersLaterMs, onLost }: Handing): void {
  let losesNextAnswer = false;
  let handedOn = Promise.resolve();
  client.on('data', (request) => {
    if (losesAnswerOf(request)) losesNextAnswer = true;
    upstream.write(request);
  });
  upstream.on('data', (answer) => {
    if (losesNextAnswer) {
      onLost();
      client.destroy();
      return;
    }
    const dueAt = performance.now() + answersLaterMs();
    handedOn = handedOn.then(async () => {
      const leftMs = dueAt - performance.now();
      if (leftMs > 0) await delay(leftMs);
      client.write(answer);
    });
  });
}

/** A MongoDB command of this name on this collection. */
export function mongoCommand(command: 'insert' | 'update' | 'createIndexes', collection: string): RequestMatcher {
  const beginning = bsonField(command, collection);
  return (request) => request.includes(beginning);
}

/** Where the first field's name begins in an OP_MSG: header, flags, kind of section, length, type of the field. */
const COMMAND_NAME_AT = 16 + 4 + 1 + 4 + 1;
const WRITES = ['insert', 'update', 'findAndModify'].map((command) => Buffer.from(`${command}\0`));

/** Any MongoDB command that writes. */
export const isMongoWrite: RequestMatcher = (request) =>
  WRITES.some((name) => request.subarray(COMMAND_NAME_AT, COMMAND_NAME_AT + name.length).equals(name));

/** Kafka's numbers of its APIs, which stand after the length of a request. */
const PRODUCE = 0;
const FIND_COORDINATOR = 10;
const kafkaRequest =
  (api: number): RequestMatcher =>
  (request) =>
    request.length > 8 && request.readInt16BE(4) === api;
export const isKafkaProduce = kafkaRequest(PRODUCE);
export const isKafkaFindCoordinator = kafkaRequest(FIND_COORDINATOR);

/** A text field as BSON writes it; the first field of a command is its name with its collection. */
function bsonField(name: string, text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32LE(Buffer.byteLength(text) + 1);
  return Buffer.concat([Buffer.from(`\x02${name}\0`), length, Buffer.from(`${text}\0`)]);
}
