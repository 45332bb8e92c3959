import { hostAggregate, storeErrors } from '@rentalbook/aggregate-store';
import { createChanges, eventLogIn } from '@rentalbook/read-models';
import { createPager, runSubgraph } from '@rentalbook/service-kit';
import type { Context } from './context';
import { queueOutlooksIn } from './persistence/queue-outlooks';
import { bookCirculation } from './domain/book-circulation';
import { readEnvironment } from './environment';
import { createLoaders } from './loaders';
import { reservationsIn } from './persistence/reservations';
import { policyIn } from './policies';
import { resolvers } from './resolvers';
import typeDefs from './schema.graphql';
import { mountReturnedCopies, RETURNS_PATH } from './returned-copy.route';

runSubgraph<ReturnType<typeof readEnvironment>, Context>({
  service: 'reserve',
  typeDefs,
  resolvers,
  errors: storeErrors,
  signs: true,
  callers: { [RETURNS_PATH]: 'rental' },
  warmUpQuery: '{ reservation(id: "none") { id status } }',
  readEnvironment,
  async assemble({ settings, logger, metrics, tokens, cursors, eventSignatures, end }) {
    const policy = policyIn(settings.POLICY_DIR, logger, metrics);
    const host = await hostAggregate({
      settings,
      log: logger,
      metrics,
      end,
      signatures: eventSignatures,
      decider: bookCirculation,
      changes: createChanges(),
      eventLog: eventLogIn,
      policy: policy.current,
      reads: reservationsIn,
    });
    const { store: circulation, reads: reservations } = host;
    const outlooks = queueOutlooksIn(circulation.model);
    const pager = createPager<number>(cursors, 'Book.reservations');
    return {
      readiness: async () => policy.fault() ?? host.readiness(),
      hasConsumed: circulation.hasConsumed,
      consumer: host.consumer,
      context: (request) => ({
        ...request,
        circulation: { ...circulation, waitForReplica: circulation.replicaWaits(request.deadline.leftMs) },
        reservations,
        tokens,
        now: () => new Date(),
        pager,
        loaders: createLoaders(reservations, outlooks),
      }),
      routes: (http) => {
        mountReturnedCopies(http, circulation);
      },
      stop: host.stop,
    };
  },
});
