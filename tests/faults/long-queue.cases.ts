import { createRelay, type AggregateDocument } from '@rentalbook/aggregate-store';
import { connectDatabase } from '@rentalbook/mongo';
import { noopMetrics, type OutgoingMessage } from '@rentalbook/messaging';
import { GIVE_UP_AFTER_MS } from '@rentalbook/test-kit/eventually';
import { reservationsIn } from '../../subgraphs/reserve/src/persistence/reservations';
import { newId } from './catalogue-under-test';
import { openCirculation } from './circulation-under-test';
import { bookStream, silent } from './consumer-under-test';
import { closing, mongo } from './store.support';

const WAITING = 3_000;
/** The longest member id: 255 characters, here of three bytes each. */
const memberId = (n: number): string => `${'가'.repeat(249)}-${String(n).padStart(5, '0')}`;
/** What Kafka takes in one request by default. */
const KAFKA_BYTES = 1_048_576;
const bytesOf = ({ key, value, headers }: OutgoingMessage): number =>
  Buffer.byteLength(`${key}${String(value)}${JSON.stringify(headers)}`);

describe('the withdrawal of the last copy', () => {
  it(`cancels ${String(WAITING)} reservations in one write, and Kafka gets each once, in portions that it takes`, async () => {
    const connection = await connectDatabase(mongo.url, 'long-queue', GIVE_UP_AFTER_MS, silent);
    closing.push(() => connection.close());
    const { project, prepare } = reservationsIn(connection);
    await prepare();
    const store = await openCirculation(connection, project);
    const key = newId();
    const [added] = bookStream(key, 1);
    if (!added) throw new Error('the stream is too short');
    await store.consume([{ event: added, traceparent: undefined }]);
    const queue = Array.from({ length: WAITING }, (_, n) => ({
      ...{ reservationId: newId(), userId: memberId(n), ticket: n + 1, ready: null },
    }));
    const copyId = 'c-1';
    const copy = { copyId, withdrawn: false, state: 'ON_LOAN', rentalId: newId(), userId: 'reader', dueAt: null };
    await store.model.updateOne({ _id: key }, { $set: { 'state.queue': queue, 'state.copies': [copy], revision: 2 } });

    const withdrawn = {
      ...added,
      ...{ id: newId(), eventType: 'Withdrawn' as const, sequence: 2, data: { bookId: key, copyId, reason: 'worn' } },
    };
    await store.consume([{ event: withdrawn, traceparent: undefined }]);
    expect((await store.read(key))?.state.queue).toEqual([]);

    const requests: (readonly OutgoingMessage[])[] = [];
    const relay = createRelay({
      ...{ model: store.model, idempotencyRecords: store.idempotencyRecords, outboxes: store.outboxes, project },
      publisher: {
        publish(_topic, messages) {
          requests.push(messages);
          return Promise.resolve();
        },
        close: () => Promise.resolve(),
      },
      sign: () => 's'.repeat(200),
      ...{ topic: 'rentalbook', log: silent, metrics: noopMetrics },
    });
    await relay.stop(GIVE_UP_AFTER_MS);
    const sent = requests.flat().map(({ value }) => JSON.parse(String(value)) as { data: { userId: string } });
    expect(sent.map(({ data }) => data.userId)).toEqual(queue.map(({ userId }) => userId));
    expect(requests.map((messages) => messages.reduce((sum, one) => sum + bytesOf(one), 0) < KAFKA_BYTES)).toEqual(
      requests.map(() => true),
    );
    const { outbox, pendingSince } = (await store.model.findById(key).lean<AggregateDocument>()) ?? {};
    expect({ outbox, pendingSince }).toEqual({ outbox: [], pendingSince: undefined });
    expect(await connection.collection('reservations').countDocuments({ status: 'CANCELLED' })).toBe(WAITING);
  });
});
