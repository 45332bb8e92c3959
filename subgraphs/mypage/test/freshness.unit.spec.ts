import { parseEvent } from '@rentalbook/event-contracts';
import { subgraphSchema, uncollectedParts } from '@rentalbook/service-kit';
import { graphql } from 'graphql';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLag } from '../src/lag';
import { resolvers } from '../src/resolvers';

const schema = subgraphSchema(readFileSync(join(__dirname, '../src/schema.graphql'), 'utf8'), resolvers);
const caller = { memberId: 'alice', name: 'Alice', roles: ['member'] };

async function freshness(context: { upToDate: boolean; lag: ReturnType<typeof createLag> }): Promise<unknown> {
  const source = '{ myPage { freshness { stale lagMs } } }';
  const { data, errors } = await graphql({
    schema,
    source,
    contextValue: { caller, parts: uncollectedParts, ...context },
  });
  expect(errors).toBeUndefined();
  return data?.['myPage'];
}

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 2, 2, 9);
const ago = (ms: number): number => NOW - ms;

/** An event as MyPage gets it; without `publishedAt` it is a replayed dead letter. */
function received(decidedAt: number, publishedAt?: number) {
  const path = join(__dirname, '../../../packages/event-contracts/src/reserve/ready.v1.sample.json');
  const sample = JSON.parse(readFileSync(path, 'utf8')) as object;
  const event = parseEvent(JSON.stringify({ ...sample, timestamp: new Date(decidedAt).toISOString() }));
  return { event, ...(publishedAt !== undefined && { publishedAt }) };
}

async function lagWhileApplying(run: Parameters<ReturnType<typeof createLag>['during']>[0]): Promise<number> {
  const lag = createLag(
    () => 0,
    () => NOW,
  );
  const seen = await lag.during(run, () => freshness({ upToDate: true, lag }));
  expect(await freshness({ upToDate: true, lag })).toMatchObject({ freshness: { lagMs: 0 } });
  return (seen as { freshness: { lagMs: number } }).freshness.lagMs;
}

describe('the freshness of a page', () => {
  it('is stale exactly when the change that its reader asked for had not been applied in time', async () => {
    expect(await freshness({ upToDate: false, lag: createLag(() => 0) })).toEqual({
      freshness: { stale: true, lagMs: 0 },
    });
    expect(await freshness({ upToDate: true, lag: createLag(() => 0) })).toEqual({
      freshness: { stale: false, lagMs: 0 },
    });
  });

  it('shows for how long the oldest event that is being applied has been published', async () => {
    expect(
      await lagWhileApplying([
        received(ago(20 * MINUTE), ago(MINUTE)),
        received(ago(9 * MINUTE), ago(2 * MINUTE)),
        received(ago(9 * MINUTE), ago(0)),
      ]),
    ).toBe(2 * MINUTE);
  });

  it('counts a replayed dead letter from its decision', async () => {
    expect(await lagWhileApplying([received(ago(20 * MINUTE))])).toBe(20 * MINUTE);
  });

  it('is zero for a run without an event', async () => {
    expect(await lagWhileApplying([])).toBe(0);
  });

  it('is stale, and as old as the last answer of Kafka, while Kafka does not answer', async () => {
    // As a clock has it that counts parts of a millisecond.
    const seen = await freshness({ upToDate: true, lag: createLag(() => 15_000.138275) });
    expect(seen).toEqual({ freshness: { stale: true, lagMs: 15_000 } });
  });

  it('is bounded for events that are older than an Int of milliseconds holds', async () => {
    const longAgo = ago(30 * 24 * 60 * MINUTE);
    expect(await lagWhileApplying([received(longAgo, longAgo)])).toBe(2_147_483_647);
  });
});
