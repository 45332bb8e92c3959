import {
  type AggregateDocument,
  type CommandContext,
  createAggregateStore,
  createRelay,
  newIdAt,
  type Projection,
} from '@rentalbook/aggregate-store';
import { createChanges } from '@rentalbook/read-models';
import { connectDatabase } from '@rentalbook/mongo';
import {
  type EventSignatures,
  type Metrics,
  noopMetrics,
  type OutgoingMessage,
  type Publisher,
} from '@rentalbook/messaging';
import { GIVE_UP_AFTER_MS } from '@rentalbook/test-kit/eventually';
import { catalogueBook, type CatalogueCommand } from '../../subgraphs/book/src/domain/catalogue-book';
import { silent } from './consumer-under-test';

export const newId = (): string => newIdAt(new Date());
export const addBook: CatalogueCommand = {
  type: 'AddBook',
  title: { bookNm: 'Emma', authors: [], isbn: null },
  copies: 1,
};
export const addCopies = (copies: number): CatalogueCommand => ({ type: 'AddCopies', copies });

/** A command without an idempotency key. */
export const unnamed = (): CommandContext => ({ actor: 'librarian', correlationId: newId(), traceparent: '' });

export interface CatalogueOptions {
  readonly url: string;
  /** The service's own read collections; none by default. */
  readonly project?: Projection;
  /** Stands for Kafka; by default every message is acknowledged at once. */
  readonly publish?: (messages: readonly OutgoingMessage[]) => Promise<void>;
  readonly wakeRelay?: () => void;
  readonly keysPerDay?: number;
  /** Called for each line of level error that a relay logs. */
  readonly onError?: (message: string) => void;
  readonly sign?: EventSignatures['sign'];
  readonly metrics?: Metrics;
}

/** A replica of the catalogue's service whose Kafka is the test's own; what is handed to it is kept in `sent`. */
export async function openCatalogue(options: CatalogueOptions) {
  const { url, project = () => Promise.resolve(), publish = () => Promise.resolve() } = options;
  const connection = await connectDatabase(url, 'catalogue', GIVE_UP_AFTER_MS, silent);
  const sent: OutgoingMessage[] = [];
  const publisher: Publisher = {
    publish(_topic, messages) {
      sent.push(...messages);
      return publish(messages);
    },
    close: () => Promise.resolve(),
  };
  const store = createAggregateStore({
    connection,
    decider: catalogueBook,
    policy: () => undefined,
    project,
    changes: createChanges(),
    wakeRelay: options.wakeRelay ?? (() => undefined),
    ...(options.keysPerDay !== undefined && { keysPerDay: options.keysPerDay }),
  });
  await store.prepare();
  return {
    store,
    sent,
    /** Another relay of this replica; it is started and stopped by the test. */
    newRelay: () =>
      createRelay({
        model: store.model,
        idempotencyRecords: store.idempotencyRecords,
        outboxes: store.outboxes,
        project,
        publisher,
        sign: options.sign,
        topic: 'rentalbook',
        log: { ...silent, error: (_fields, message) => options.onError?.(message) },
        metrics: options.metrics ?? noopMetrics,
      }),
    add: (bookId: string, context: CommandContext = unnamed()) => store.execute(bookId, addBook, context),
    addCopies: (bookId: string, copies: number, context: CommandContext = unnamed()) =>
      store.execute(bookId, addCopies(copies), context),
    async onRecord(bookId: string): Promise<AggregateDocument> {
      const found = await store.model.findById(bookId).lean<AggregateDocument>();
      if (!found) throw new Error(`there is no document of ${bookId}`);
      return found;
    },
    close: () => connection.close(),
  };
}

export type Catalogue = Awaited<ReturnType<typeof openCatalogue>>;
