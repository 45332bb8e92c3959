import { type ParkedOutbox, parkedOutboxesIn } from '@rentalbook/aggregate-store';
import { parkedKeysIn } from '@rentalbook/service-kit/engines';
import type { connectDatabase } from '@rentalbook/mongo';
import type { KeyRecord, ParkedKeys } from '@rentalbook/messaging';
import { subgraphs } from '../../services';

type Connection = Awaited<ReturnType<typeof connectDatabase>>;

/** The records of parked keys and the parked outboxes, in the databases of all services. */
export function parkedKeyRecords(connection: Connection, databasePrefix: string) {
  const databases = subgraphs.map((service) => ({
    service,
    database: connection.useDb(`${databasePrefix}${service}`),
  }));
  const stores = databases.map(({ database }) => parkedKeysIn(database));
  const outboxes = databases.map(({ service, database }) => ({ service, store: parkedOutboxesIn(database) }));

  /** The current record of a key, and the store that has it; undefined when no service has one. */
  const find = async ({
    consumer,
    partition,
    key,
  }: Pick<KeyRecord, 'consumer' | 'partition' | 'key'>): Promise<
    { readonly store: ParkedKeys; readonly record: KeyRecord } | undefined
  > => {
    for (const store of stores) {
      const [record] = await store.find(consumer, partition, [key]);
      if (record) return { store, record };
    }
    return undefined;
  };

  return {
    find,

    async current(record: KeyRecord) {
      const found = await find(record);
      if (!found) throw new Error(`the record of "${record.key}" is gone`);
      return found;
    },

    async parked(): Promise<readonly KeyRecord[]> {
      return (await Promise.all(stores.map((store) => store.all()))).flat();
    },

    /** The outboxes that a service cannot publish, because Kafka refused one of their events for good. */
    async parkedOutboxes(): Promise<readonly (ParkedOutbox & { readonly service: string })[]> {
      const found = await Promise.all(
        outboxes.map(async ({ service, store }) => (await store.all()).map((outbox) => ({ ...outbox, service }))),
      );
      return found.flat();
    },

    async tryOutboxAgain({ service, key }: { service: string; key: string }): Promise<void> {
      await outboxes.find((one) => one.service === service)?.store.tryAgain(key);
    },
  };
}
