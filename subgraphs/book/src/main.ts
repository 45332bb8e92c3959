import { hostAggregate, storeErrors } from '@rentalbook/aggregate-store';
import { createChanges, eventLogIn } from '@rentalbook/read-models';
import { createPager, runSubgraph } from '@rentalbook/service-kit';
import type { CataloguePosition } from './application/ports';
import type { Context } from './context';
import { catalogueBook } from './domain/catalogue-book';
import { readEnvironment } from './environment';
import { createBookLoader } from './loaders';
import { catalogueIn } from './persistence/book.queries';
import { resolvers } from './resolvers';
import typeDefs from './schema.graphql';

runSubgraph<ReturnType<typeof readEnvironment>, Context>({
  service: 'book',
  typeDefs,
  resolvers,
  errors: storeErrors,
  signs: true,
  warmUpQuery: '{ books(first: 1) { edges { node { id title statusText } } } book(id: "none") { id } }',
  readEnvironment,
  async assemble({ settings, logger, metrics, tokens, cursors, eventSignatures, end }) {
    const host = await hostAggregate({
      settings,
      log: logger,
      metrics,
      end,
      signatures: eventSignatures,
      decider: catalogueBook,
      changes: createChanges(),
      eventLog: eventLogIn,
      policy: () => undefined,
      reads: catalogueIn,
    });
    const { store: titles, reads: catalogue } = host;
    const pager = createPager<CataloguePosition>(cursors, 'books');
    const listing = catalogue.keepListed(logger);
    return {
      readiness: async () => (await host.readiness()) ?? listing.missing(),
      hasConsumed: titles.hasConsumed,
      consumer: host.consumer,
      context: (request) => ({ ...request, titles, catalogue, tokens, pager, books: createBookLoader(catalogue) }),
      async stop() {
        await listing.stop();
        await host.stop();
      },
    };
  },
});
