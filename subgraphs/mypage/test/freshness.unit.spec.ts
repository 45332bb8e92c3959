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

describe('the freshness of a page', () => {
  it('is stale exactly when the change that its reader asked for had not been applied in time', async () => {
    expect(await freshness({ upToDate: false, lag: createLag(() => 0) })).toEqual({
      freshness: { stale: true, lagMs: 0 },
    });
    expect(await freshness({ upToDate: true, lag: createLag(() => 0) })).toEqual({
      freshness: { stale: false, lagMs: 0 },
    });
  });

  it('shows the age of the oldest event that is being applied', async () => {
    const lag = createLag(() => 0);
    const aMinuteAgo = new Date(Date.now() - 60_000).toISOString();
    const seen = await lag.during(aMinuteAgo, () => freshness({ upToDate: true, lag }));
    const { lagMs } = (seen as { freshness: { lagMs: number } }).freshness;
    expect(lagMs).toBeGreaterThanOrEqual(60_000);
    expect(await freshness({ upToDate: true, lag })).toMatchObject({ freshness: { lagMs: 0 } });
  });

  it('is stale, and as old as the last answer of Kafka, while Kafka does not answer', async () => {
    const seen = await freshness({ upToDate: true, lag: createLag(() => 15_000) });
    expect(seen).toEqual({ freshness: { stale: true, lagMs: 15_000 } });
  });

  it('is bounded for events that are older than an Int of milliseconds holds', async () => {
    const lag = createLag(() => 0);
    const longAgo = new Date(Date.now() - 30 * 24 * 60 * 60 * 1_000).toISOString();
    const seen = await lag.during(longAgo, () => freshness({ upToDate: true, lag }));
    expect(seen).toMatchObject({ freshness: { lagMs: 2_147_483_647 } });
  });
});
