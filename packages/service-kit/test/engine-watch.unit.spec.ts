import { noopMetrics, type TopicEnds, type TopicReader } from '@rentalbook/messaging';
import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import type { Connection } from 'mongoose';
import { createEngineWatch } from '../src/engines/engine-watch';

const ignore = (): void => undefined;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A watch of a topic that ends as the test says, with the position that its database has. */
function watchOf(ends: () => TopicEnds, stored: { ends: TopicEnds }) {
  const losses: string[] = [];
  const watch = createEngineWatch({
    topic: 'rentalbook',
    connection: { db: { collection: () => ({ findOne: () => Promise.resolve({}) }) } } as unknown as Connection,
    reader: { ends: () => Promise.resolve(ends()), close: () => Promise.resolve() } as TopicReader,
    createTopic: () => Promise.resolve(),
    position: {
      read: () => Promise.resolve(stored.ends),
      write(written) {
        stored.ends = written;
        return Promise.resolve();
      },
    },
    end: ignore,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    metrics: { ...noopMetrics, count: (_what, labels) => void losses.push(Object.values(labels).join()) },
    clock: createManualClock(),
  });
  return { watch, losses };
}

describe('the watch of a replica that starts', () => {
  it('reports no loss while another replica keeps a newer position of the topic', async () => {
    const stored = { ends: [5] };
    const { watch, losses } = watchOf(() => {
      stored.ends = [9];
      return [5];
    }, stored);
    watch.start();
    await settled();
    await watch.stop();
    expect(watch.ends()).toEqual([5]);
    expect(losses).toEqual([]);
  });

  it('reports a topic that ends before the position that its database has', async () => {
    const { watch, losses } = watchOf(() => [3], { ends: [5] });
    watch.start();
    await settled();
    await watch.stop();
    expect(losses).toEqual(['topic_behind']);
  });
});
