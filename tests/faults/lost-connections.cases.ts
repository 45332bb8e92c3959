import { connectEngines } from '@rentalbook/service-kit/engines';
import { applyGuarded } from '@rentalbook/read-models';
import {
  checkDatabase,
  connectDatabase,
  createDatabaseClock,
  isStoreUnavailable,
  StoreUnavailable,
} from '@rentalbook/mongo';
import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { eventually, GIVE_UP_AFTER_MS } from '@rentalbook/test-kit';
import { Schema, type Connection } from 'mongoose';
import { once } from 'node:events';
import { connect, createServer, Socket, type AddressInfo } from 'node:net';
import { newId, openCatalogue } from './catalogue-under-test';
import { silent, startEngines, type Engines } from './consumer-under-test';
import { isMongoWrite, mongoCommand, startFaultProxy, type FaultProxy } from '../harness/fault-proxy';

const ALL = 1_000;

let mongo: EmbeddedMongo;
let proxy: FaultProxy;
let connection: Connection;
const urlOfProxy = (): string => `mongodb://127.0.0.1:${String(proxy.port)}`;
beforeAll(async () => {
  mongo = await startEmbeddedMongo({ port: 0 });
  proxy = await startFaultProxy(mongo.port);
  connection = await connectDatabase(urlOfProxy(), 'views', GIVE_UP_AFTER_MS, silent);
  await createDatabaseClock(connection).prepare();
});
afterAll(async () => {
  await connection.close();
  await proxy.close();
  await mongo.close();
});
afterEach(() => {
  proxy.pass();
  proxy.loseAnswers(isMongoWrite, 0);
});

describe('a view that cannot be written', () => {
  const write = (set: object): Promise<unknown> => {
    const model = connection.models['View'] ?? connection.model('View', new Schema({ _id: String }, { strict: false }));
    return applyGuarded(model, [{ id: 'a', guard: 'seen', sequence: 1, set: { ...set } }]).catch(
      (error: unknown) => error,
    );
  };

  it('because its answers are lost is one that waits', async () => {
    proxy.loseAnswers(mongoCommand('update', 'views'), ALL);
    expect(isStoreUnavailable(await write({ name: 'Emma' }))).toBe(true);
  });

  it('because MongoDB is away is one that waits', async () => {
    proxy.hangUp();
    expect(isStoreUnavailable(await write({ name: 'Emma' }))).toBe(true);
  });

  it('because its socket ended a moment ago is one that waits', async () => {
    const ending = createServer((socket) => socket.on('data', () => socket.end())).listen(0, '127.0.0.1');
    await once(ending, 'listening');
    const socket = connect((ending.address() as AddressInfo).port, '127.0.0.1');
    socket.write('anything');
    await once(socket.resume(), 'end');
    const failed = once(socket, 'error');
    socket.write('too late');
    const [error] = (await failed) as [Error];
    expect(isStoreUnavailable(error)).toBe(true);
    ending.close();
  });

  it('because of what it holds is a bug, which waiting does not heal', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const error = await write(circular);
    expect(error).toBeInstanceOf(Error);
    expect(isStoreUnavailable(error)).toBe(false);
  });
});

describe('a command whose answer of the database was lost', () => {
  it('is visible when it is answered, although it was found and not written again', async () => {
    const shown: RentalbookEvent[] = [];
    const project = (events: readonly RentalbookEvent[]) => Promise.resolve(void shown.push(...events));
    const catalogue = await openCatalogue({ url: urlOfProxy(), project });
    const bookId = newId();
    // The driver repeats a write once by itself, so two answers are lost before it is read again.
    proxy.loseAnswers(mongoCommand('insert', 'aggregates'), 2);
    await catalogue.add(bookId);
    expect(shown.map(({ eventType, key }) => [eventType, key])).toEqual([['Added', bookId]]);
    await catalogue.close();
  });
});

describe('a socket that is gone when the driver writes to it', () => {
  const write = Socket.prototype.write;
  const ping = (): Promise<string | undefined> => checkDatabase(connection);
  /** Ends connections to MongoDB under the next `times` writes, after the driver saw that they were open. */
  const endUnderWrites = (times: number): void => {
    let left = times;
    Socket.prototype.write = function (this: Socket, ...args: Parameters<typeof write>) {
      if (this.remotePort === proxy.port && left > 0) {
        left -= 1;
        this.destroy();
      }
      return write.apply(this, args);
    } as typeof write;
  };
  beforeEach(() => eventually(async () => (await ping()) === undefined));
  afterEach(() => {
    Socket.prototype.write = write;
  });

  it('keeps no command waiting for ever', async () => {
    const list = connection.collection('views').find().toArray();
    endUnderWrites(2);
    // The driver may read once more by itself, and then has an answer.
    expect(await list.then(() => true, isStoreUnavailable)).toBe(true);
  });

  it('does not end the looks at the server by which the driver finds it again', async () => {
    proxy.hangUp();
    await eventually(async () => (await ping()) !== undefined);
    endUnderWrites(1);
    proxy.pass();
    await eventually(async () => (await ping()) === undefined);
  });
});

describe('a service that starts while MongoDB is busy', () => {
  let engines: Engines;
  beforeAll(async () => {
    engines = await startEngines();
  });
  afterAll(() => engines.stop());
  const connected = () => connectEngines('mypage', { ...engines.settings, MONGO_URL: urlOfProxy() }, silent);

  it('makes its indexes as soon as it can', async () => {
    const service = await connected();
    const lostBefore = proxy.lost;
    proxy.loseAnswers(mongoCommand('createIndexes', 'parked'), 3);
    const parked = service.connection.collection('parked');
    await service.prepare(() => parked.createIndex({ key: 1 }, {}, {}));
    expect(proxy.lost - lostBefore).toBe(3);
    await service.close();
  });

  it('says which MongoDB it is when that takes too long', async () => {
    const service = await connected();
    const deadline = new AbortController();
    const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(deadline.signal);
    let tries = 0;
    const never = (): Promise<void> => {
      tries += 1;
      if (tries === 2) deadline.abort();
      return Promise.reject(new StoreUnavailable('busy'));
    };
    await expect(service.prepare(never)).rejects.toThrow(
      `MongoDB at ${urlOfProxy()} cannot be reached; start it or correct MONGO_URL.`,
    );
    expect(tries).toBe(2);
    expect(timeout).toHaveBeenNthCalledWith(1, engines.settings.ENGINES_WITHIN_MS);
    timeout.mockRestore();
    await service.close();
  });

  it('does not wait where waiting does not help', async () => {
    const service = await connected();
    await expect(service.prepare(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
    await service.close();
  });
});
