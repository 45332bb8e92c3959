import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import type { AggregateModel } from '../src/aggregate/aggregate-document';
import { createKnownDocuments } from '../src/aggregate/known-documents';
import { createRelay, type RelayOptions } from '../src/outbox/relay';

const ignore = (): void => undefined;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A relay whose database has nothing pending; each read of it waits until the test answers. */
function relayOfNothing() {
  const clock = createManualClock();
  const reads: (() => void)[] = [];
  const query = {
    sort: () => query,
    limit: () => query,
    lean: () =>
      new Promise((resolve) => {
        reads.push(() => {
          resolve([]);
        });
      }),
  };
  const relay = createRelay({
    model: { find: () => query } as unknown as AggregateModel,
    outboxes: createKnownDocuments<null>(),
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    metrics: { gauge: ignore, count: ignore },
    clock,
  } as unknown as RelayOptions);
  relay.start();
  const answer = async (): Promise<void> => {
    await settled();
    reads.at(-1)?.();
    await settled();
  };
  return { relay, clock, reads, answer };
}

describe('the age of the oldest event that waits', () => {
  it('is the time since then by the clock of the database, whatever the clock of the service', async () => {
    const oldest = { pendingSince: new Date('2001-01-01T00:00:00.000Z'), now: new Date('2001-01-01T00:00:42.000Z') };
    const query = { sort: () => query, lean: () => Promise.resolve(oldest) };
    const gauges = new Map<string, () => Promise<number>>();
    createRelay({
      model: { findOne: () => query, aggregate: () => Promise.resolve([oldest]) } as unknown as AggregateModel,
      outboxes: createKnownDocuments<null>(),
      metrics: { gauge: (what: string, read: () => Promise<number>) => gauges.set(what, read) },
    } as unknown as RelayOptions);
    expect(await gauges.get('outbox_oldest_age_seconds')?.()).toBe(42);
  });
});

describe('a relay that finds nothing', () => {
  it('reads again after 200 ms, then after twice as long each time', async () => {
    const { clock, reads, answer } = relayOfNothing();
    await answer();
    for (const [times, pauseMs] of [200, 400, 800].entries()) {
      clock.advance(pauseMs - 1);
      await settled();
      expect(reads).toHaveLength(times + 1);
      clock.advance(1);
      await settled();
      expect(reads).toHaveLength(times + 2);
      await answer();
    }
  });

  it('reads at once when it is woken, also in the midst of a read', async () => {
    const { relay, reads, answer } = relayOfNothing();
    await answer();
    relay.wake();
    await settled();
    expect(reads).toHaveLength(2);
    relay.wake();
    await answer();
    expect(reads).toHaveLength(3);
  });
});
