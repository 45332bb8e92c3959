import type { DeadLetterAdmin } from '../../tools/cli/src/dead-letter-admin';
import type { ParkedKey } from '../../tools/cli/src/dead-letter-replay';
import {
  openAdmin,
  startConsumer,
  startEngines,
  type ConsumerOptions,
  type ConsumerUnderTest,
  type Engines,
} from './consumer-under-test';

/** For the tests of one file: engines, consumers that stop with their test, and a dead-letter admin. */
export function operatedConsumers() {
  let engines: Engines;
  let admin: DeadLetterAdmin;
  const running: ConsumerUnderTest[] = [];
  beforeAll(async () => {
    engines = await startEngines();
    admin = await openAdmin(engines);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((consumer) => consumer.stop()));
  });
  afterAll(async () => {
    await admin.close();
    await engines.stop();
  });

  /** What a consumer has parked, with the dead letters. Reads the whole dead-letter topic: a loop asks `waiting`. */
  const parkedKeys = async (consumer: string): Promise<readonly ParkedKey[]> =>
    (await admin.parkedKeys()).filter(({ record }) => record.consumer === consumer);

  return {
    engines: (): Engines => engines,
    admin: (): DeadLetterAdmin => admin,
    async start(options: ConsumerOptions): Promise<ConsumerUnderTest> {
      const consumer = await startConsumer(engines, options);
      running.push(consumer);
      return consumer;
    },
    async stop(consumer: ConsumerUnderTest): Promise<void> {
      await consumer.stop();
      running.splice(running.indexOf(consumer), 1);
    },
    parkedKeys,
    async parkedKey(consumer: string, key: string): Promise<ParkedKey> {
      const found = (await parkedKeys(consumer)).find(({ record }) => record.key === key);
      if (!found) throw new Error(`"${key}" should be parked by ${consumer}`);
      return found;
    },
  };
}

/** How many messages of a key wait in the consumer's own records; 0 when the key is not parked. */
export async function waiting({ parked }: ConsumerUnderTest, key: string): Promise<number> {
  return (await parked.all()).find((record) => record.key === key)?.waiting ?? 0;
}

/** Whether a consumer has applied so many events of Book's stream of a key. */
export async function hasApplied(consumer: ConsumerUnderTest, key: string, length: number): Promise<boolean> {
  return (await consumer.stateOf(key))?.seen['book'] === length;
}
