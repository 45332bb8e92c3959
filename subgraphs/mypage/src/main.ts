import { isStoreUnavailable } from '@rentalbook/mongo';
import { connectEngines } from '@rentalbook/service-kit/engines';
import { createPager, libraryDateIn, runSubgraph } from '@rentalbook/service-kit';
import { followActiveVersion } from './active-version';
import type { Context } from './context';
import { readEnvironment } from './environment';
import { createLag } from './lag';
import { createLoaders } from './loaders';
import type { EntryPosition } from './projections/member-entries/member-entries.reads';
import { groupSuffixOf } from './projections/versions/read-model-version';
import { resolvers } from './resolvers';
import typeDefs from './schema.graphql';

runSubgraph<ReturnType<typeof readEnvironment>, Context>({
  service: 'mypage',
  typeDefs,
  resolvers,
  errors: { isUnavailable: isStoreUnavailable, badInput: () => undefined, overloaded: () => undefined },
  signs: false,
  warmUpQuery: '{ myPage { activeCount entries(first: 1) { edges { node { id bookTitle } } } } }',
  readEnvironment,
  async assemble({ settings, logger, metrics, cursors, eventSignatures, end }) {
    const engines = await connectEngines('mypage', settings, logger, metrics, end, eventSignatures);
    const lag = createLag(engines.unknownForMs);
    const active = await followActiveVersion(engines, lag, logger);
    const pager = createPager<EntryPosition>(cursors, 'MyPage.entries');
    const trailPager = createPager<string>(cursors, 'eventTrail');
    const dateOf = libraryDateIn(settings.LIBRARY_TZ);
    return {
      readiness: engines.readiness,
      consumer: () => engines.groupOf(groupSuffixOf(active.page().version)),
      hasConsumed: (position) => active.page().hasConsumedSoon(position),
      context: (request) => {
        const { entries, trail } = active.page();
        return { ...request, entries, lag, dateOf, pager, trail, trailPager, loaders: createLoaders(entries) };
      },
      async stop() {
        await active.stop();
        await engines.stopConsuming();
        await engines.close();
      },
    };
  },
});
