import { MessageRefused, noopMetrics, PartitionAway, type OutgoingMessage } from '@rentalbook/messaging';
import type { AggregateModel } from '../src/aggregate/aggregate-document';
import { envelopeEvents, newIdAt } from '../src/aggregate/envelope-events';
import { newDocument } from '../src/aggregate/document-change';
import { createKnownDocuments } from '../src/aggregate/known-documents';
import type { IdempotencyRecords } from '../src/idempotency/idempotency-records';
import { createBackoffRegistry } from '../src/outbox/backoff-registry';
import { headsOf } from '../src/outbox/outbox-batch';
import { createOutboxPublisher } from '../src/outbox/outbox-publisher';

const ignore = (): void => undefined;
const NOW = new Date('2026-03-02T09:00:00.000Z');
const BOOK = newIdAt(NOW);

/** A document with so many events in its outbox, and a publisher of outboxes whose Kafka answers as the test says. */
function outboxOf(events: number, publish: (messages: readonly OutgoingMessage[]) => Promise<void>) {
  const bodies = Array.from({ length: events }, () => ({
    eventType: 'Withdrawn' as const,
    data: { bookId: BOOK, copyId: newIdAt(NOW), reason: 'worn out' },
  }));
  const cause = { actor: 'libby', correlationId: 'test', traceparent: '' };
  const outbox = envelopeEvents('book', BOOK, 0, bodies, NOW, cause);
  const project = jest.fn(() => Promise.resolve());
  const publishAll = createOutboxPublisher(
    {
      model: {
        bulkWrite: () => Promise.resolve({ matchedCount: 1 }),
        updateOne: () => Promise.resolve(),
      } as unknown as AggregateModel,
      idempotencyRecords: { fillIn: () => Promise.resolve() } as unknown as IdempotencyRecords,
      outboxes: createKnownDocuments<null>(),
      project,
      publisher: { publish: (_topic, messages) => publish(messages), close: () => Promise.resolve() },
      sign: undefined,
      topic: 'rentalbook',
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      metrics: noopMetrics,
    },
    createBackoffRegistry({ first: 1, most: 1 }),
  );
  return { project, publish: () => publishAll(headsOf([{ ...newDocument(BOOK, null), outbox }])) };
}

describe('the events of an outbox', () => {
  it('are projected once when Kafka refuses one of them', async () => {
    const { project, publish } = outboxOf(2, () => Promise.reject(new MessageRefused('too large')));
    await publish();
    expect(project).toHaveBeenCalledTimes(1);
  });

  it('are projected once when their partition is away', async () => {
    const { project, publish } = outboxOf(2, () => Promise.reject(new PartitionAway('no leader')));
    await publish();
    expect(project).toHaveBeenCalledTimes(1);
  });

  it('are projected once however often they are sent while Kafka does not acknowledge', async () => {
    let isAway = true;
    const { project, publish } = outboxOf(2, () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve()));
    await expect(publish()).rejects.toThrow('did not acknowledge');
    await expect(publish()).rejects.toThrow('did not acknowledge');
    isAway = false;
    await publish();
    expect(project).toHaveBeenCalledTimes(1);
  });

  it('are projected again where the projection failed', async () => {
    const { project, publish } = outboxOf(1, () => Promise.reject(new Error('away')));
    project.mockRejectedValue(new Error('no projection'));
    await publish();
    const attempts = project.mock.calls.length;
    project.mockResolvedValue();
    await expect(publish()).rejects.toThrow('did not acknowledge');
    await expect(publish()).rejects.toThrow('did not acknowledge');
    expect(project).toHaveBeenCalledTimes(attempts + 1);
  });
});
