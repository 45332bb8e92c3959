import { hostAggregate, newIdAt } from '@rentalbook/aggregate-store';
import { createChanges, eventLogIn, type EventLog } from '@rentalbook/read-models';
import { connectDatabase, isStoreUnavailable } from '@rentalbook/mongo';
import { startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { eventually, GIVE_UP_AFTER_MS } from '@rentalbook/test-kit';
import { catalogueBook } from '../../subgraphs/book/src/domain/catalogue-book';
import { catalogueIn } from '../../subgraphs/book/src/persistence/book.queries';
import { silent, startEngines, type Engines } from './consumer-under-test';

async function everythingIn(eventLog: EventLog): Promise<readonly RentalbookEvent[]> {
  const events: RentalbookEvent[] = [];
  for await (const batch of eventLog.batches()) events.push(...batch);
  return events;
}

describe('what a service keeps of its streams', () => {
  let engines: Engines;
  beforeAll(async () => {
    engines = await startEngines();
  });
  afterAll(() => engines.stop());

  it('is every event that it decided, in order and once, however often it is kept', async () => {
    const host = await hostAggregate({
      settings: { ...engines.settings, IDEMPOTENCY_KEYS_PER_DAY: 100 },
      log: silent,
      decider: catalogueBook,
      policy: () => undefined,
      changes: createChanges(),
      eventLog: eventLogIn,
      reads: catalogueIn,
    });
    try {
      const context = { actor: 'libby', correlationId: newIdAt(new Date()), traceparent: '' };
      const title = { bookNm: 'Emma', authors: ['Jane Austen'], isbn: null };
      await host.store.execute('emma', { type: 'AddBook', title, copies: 1 }, context);
      await host.store.execute('emma', { type: 'AddCopies', copies: 2 }, context);
      const eventLog = eventLogIn(host.store.model.db);
      const kept = await eventually(
        async () => {
          const events = await everythingIn(eventLog);
          return events.length === 2 && events;
        },
        { what: 'two events in the event log' },
      );
      expect(kept.map(({ sequence, eventType }) => ({ sequence, eventType }))).toEqual([
        { sequence: 1, eventType: 'Added' },
        { sequence: 2, eventType: 'Added' },
      ]);
      await eventLog.keep(kept);
      expect(await everythingIn(eventLog)).toEqual(kept);
    } finally {
      await host.stop();
    }
  });
});

describe('a bulk write that cannot be sent', () => {
  it('counts as the database being away, and not as a bug', async () => {
    const mongo = await startEmbeddedMongo({ port: 0 });
    const connection = await connectDatabase(mongo.url, 'away', GIVE_UP_AFTER_MS, silent);
    await mongo.close();
    const error: unknown = await eventLogIn(connection)
      .keep([{ key: 'emma', sequence: 1 } as RentalbookEvent])
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'MongoBulkWriteError' });
    expect(isStoreUnavailable(error)).toBe(true);
    await connection.close();
  });
});
