import { connectEngines, storeErrors } from '@rentalbook/aggregate-store';
import { createPager, runSubgraph } from '@rentalbook/service-kit';
import type { Context } from './context';
import { readEnvironment } from './environment';
import { createLag } from './lag';
import { createLoaders } from './loaders';
import { memberEntryModels } from './projections/member-entries/member-entries.model';
import { memberEntriesIn, type EntryPosition } from './projections/member-entries/member-entries.queries';
import { memberEntriesWriter } from './projections/member-entries/member-entries.store';
import { streamPositionsIn } from './projections/stream-positions/stream-positions';
import { resolvers } from './resolvers';
import typeDefs from './schema.graphql';
import { changesOf } from './subscriptions';

runSubgraph<ReturnType<typeof readEnvironment>, Context>({
  service: 'mypage',
  typeDefs,
  resolvers,
  errors: storeErrors,
  readEnvironment,
  async assemble({ settings, logger, metrics, cursors }) {
    const engines = await connectEngines('mypage', settings, logger, metrics);
    const models = memberEntryModels(engines.connection);
    const writer = memberEntriesWriter(models);
    const entries = memberEntriesIn(models);
    const positions = streamPositionsIn(engines.connection);
    const lag = createLag();
    const pager = createPager<EntryPosition>(cursors, 'MyPage.entries');

    await writer.prepare();
    engines.subscribe((heard) =>
      lag.during(heard.event.timestamp, () => positions.inOrder(heard, () => writer.apply(changesOf(heard.event)))),
    );
    return {
      readiness: engines.readiness,
      hasSeen: positions.hasSeen,
      context: (request) => ({ ...request, entries, lag, pager, loaders: createLoaders(entries) }),
      async stop() {
        await engines.stopConsuming();
        await engines.close();
      },
    };
  },
});
