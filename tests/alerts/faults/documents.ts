import { connectDatabase, mongoSecurityOf } from '@rentalbook/mongo';
import { openDeadLetterAdmin, type DeadLetterAdmin } from '@rentalbook/cli/dead-letter-admin';
import { eventually } from '@rentalbook/test-kit';
import type { mongo } from 'mongoose';
import type { FaultySystem } from '../../harness/system/faulty-system';

const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {
  // The harness watches alerts, not the logs of its own clients.
}
const PREFIX = 'rentalbook-';
const CONNECTS_WITHIN_MS = 5_000;

type Change = Readonly<Record<string, unknown>>;
type Documents = mongo.Collection<{ _id: string } & Record<string, unknown>>;

interface OutboxEntry {
  readonly event: { readonly data: Readonly<Record<string, unknown>> };
}

/**
 * Changes the document of a book in a service's database, past the service; waits until there is one. With another revision, as a write of another
 * process has, so that the service does not decide from the document that it wrote last.
 */
export const changeDocument = (
  system: FaultySystem,
  service: string,
  key: string,
  change: { readonly $set: Change } | { readonly $unset: Readonly<Record<string, 1>> },
): Promise<Change> => {
  const update: mongo.Document = { ...change, $inc: { revision: 1 } };
  return withDocuments(system, service, (documents) =>
    eventually(() => documents.findOneAndUpdate({ _id: key }, update), { what: `a document of ${key} in ${service}` }),
  );
};

/** Changes the data of the events that wait in the outbox of a book's document; waits until there are some. */
export const changeOutbox = (system: FaultySystem, service: string, key: string, data: Change): Promise<void> =>
  withDocuments(system, service, async (documents) => {
    const waiting = await eventually(
      async () => {
        const found = await documents.findOne({ _id: key });
        const outbox = found?.['outbox'] as readonly OutboxEntry[] | undefined;
        return outbox?.length ? outbox : undefined;
      },
      { what: `events in the outbox of ${key} in ${service}` },
    );
    const outbox = waiting.map((entry) => ({
      ...entry,
      event: { ...entry.event, data: { ...entry.event.data, ...data } },
    }));
    await documents.updateOne({ _id: key }, { $set: { outbox } });
  });

async function withDocuments<T>(
  { mongoUrl, security }: FaultySystem,
  service: string,
  use: (documents: Documents) => Promise<T>,
): Promise<T> {
  const credentials = () => mongoSecurityOf(security, mongoUrl);
  const connection = await connectDatabase(mongoUrl, `${PREFIX}${service}`, CONNECTS_WITHIN_MS, log, credentials);
  try {
    return await use(connection.collection('aggregates'));
  } finally {
    await connection.close();
  }
}

/** Does what an operator does with `npm run dead-letters`. */
export async function withDeadLetters(
  { brokers, topic, mongoUrl, security }: FaultySystem,
  settle: (admin: DeadLetterAdmin) => Promise<void>,
): Promise<void> {
  const admin = await openDeadLetterAdmin({ brokers, topic, mongoUrl, security, databasePrefix: PREFIX, log });
  try {
    await settle(admin);
  } finally {
    await admin.close();
  }
}

/** Gives every dead letter up. */
export const discardAll = (system: FaultySystem): Promise<void> =>
  withDeadLetters(system, async (admin) => {
    for (const parked of await admin.parkedKeys()) {
      let { record } = parked;
      for (const deadLetter of parked.deadLetters)
        record = await admin.discard({ ...parked, record }, deadLetter, 'a drill');
      await admin.replay({ ...parked, record }, true);
    }
  });
