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
