import { connectEngines, type Engines as ServiceEngines } from '@rentalbook/service-kit/engines';
import { type ConsumedEvent, createTopicReader, type Metrics, noopMetrics } from '@rentalbook/messaging';
import { eventually } from '@rentalbook/test-kit';
import { bookStream, isTaken, messageOf, silent, startEngines, TOPIC, type Engines } from './consumer-under-test';

/** A service on the engines: what it consumed, counted as lost, logged as an error, and why it was to end. */
async function startService(engines: Engines, service: string) {
  const consumed: string[] = [];
  const lost: string[] = [];
  const errors: string[] = [];
  const ends: string[] = [];
  const log = { ...silent, error: (_: object, message: string): void => void errors.push(message) };
  const metrics: Metrics = {
    ...noopMetrics,
    count(what, labels) {
      if (what === 'engine_losses') lost.push(Object.values(labels).join());
    },
  };
  const connected: ServiceEngines = await connectEngines(service, engines.settings, log, metrics, (reason) =>
    ends.push(reason),
  );
  const handle = (run: readonly ConsumedEvent[]): Promise<readonly []> => {
    consumed.push(...run.map(({ event }) => `${event.key} ${String(event.sequence)}`));
    return Promise.resolve([]);
  };
  connected.subscribe(handle);
  return {
    ...{ connected, consumed, lost, errors, ends },
    async stop(): Promise<void> {
      await connected.stopConsuming();
      await connected.close();
    },
  };
}

describe('a service whose engine lost its data', () => {
  let engines: Engines;
  const running: { stop(): Promise<void> }[] = [];
  const start = async (service: string) => {
    const started = await startService(engines, service);
    running.push(started);
    return started;
  };
  beforeAll(async () => {
    engines = await startEngines();
  });
  afterAll(async () => {
    for (const one of running) await one.stop();
    await engines.stop();
  });
  /** Publishes the first event of a stream; again when the broker was replaced while it was under way. */
  const publish = (key: string): Promise<true> =>
    eventually(() => isTaken(engines.outside.publish(TOPIC, bookStream(key, 1).map(messageOf))), {
      what: `that ${key} is published`,
    });

  it('creates the topic again when a broker without data takes the place of the old one, and goes on', async () => {
    const service = await start('bereft-of-its-topic');
    await publish('before');
    await eventually(() => service.consumed.includes('before 1'));
    await engines.replaceKafka();
    await eventually(() => service.lost.length > 0, { what: 'that the loss is counted' });
    expect(['topic_missing', 'topic_behind']).toContain(service.lost[0]);
    expect(service.errors[0]).toContain('docs/trouble.md');
    await publish('after');
    await eventually(() => service.consumed.includes('after 1'));
    expect(service.ends).toEqual([]);
  });

  it('reports at its start a topic that ends before what its database has seen', async () => {
    const service = await start('restored');
    await publish('known');
    const position = service.connected.connection.collection<{ _id: string; ends: number[] }>('topic-positions');
    const reader = createTopicReader({ brokers: engines.brokers, clientId: 'outside', log: silent, topic: TOPIC });
    const ends = await reader.ends();
    await reader.close();
    await eventually(async () => String((await position.findOne({ _id: TOPIC }))?.ends) === String(ends));
    await service.stop();
    running.pop();
    await engines.replaceKafka();
    const next = await start('restored');
    await eventually(() => next.lost.length > 0);
    expect(next.lost).toEqual(['topic_behind']);
  });

  it('ends when its database is gone, and is not ready until then; its next start reports the group that has read', async () => {
    const service = await start('emptied');
    await publish('read');
    await eventually(() => service.consumed.includes('read 1'));
    expect(await service.connected.readiness()).toBeUndefined();
    await service.connected.connection.dropDatabase();
    expect(await service.connected.readiness()).toBe('MongoDB has lost the database rentalbook-emptied');
    await eventually(() => service.ends.length > 0);
    expect(service.ends[0]).toContain('MongoDB has lost the database rentalbook-emptied');
    await service.stop();
    running.pop();

    const next = await start('emptied');
    await eventually(() => next.lost.length > 0);
    expect(next.lost).toEqual(['database_new']);
    expect(next.errors[0]).toContain('its consumer group emptied has read');
    expect(await next.connected.readiness()).toBeUndefined();
  });
});
