import { hostAggregate, storeErrors } from '@rentalbook/aggregate-store';
import { createChanges, eventLogIn } from '@rentalbook/read-models';
import { createPager, runSubgraph, type RequestDeadline } from '@rentalbook/service-kit';
import type { Context } from './context';
import { bookRentals } from './domain/book-rentals';
import { readEnvironment } from './environment';
import { createRentalLoader } from './loaders';
import { rentalsIn } from './persistence/rentals';
import { policyIn } from './policies';
import { measureRents } from './rent-saga';
import { resolvers } from './resolvers';
import { createReserveClient } from './reserve.client';
import typeDefs from './schema.graphql';

runSubgraph<ReturnType<typeof readEnvironment>, Context>({
  service: 'rental',
  typeDefs,
  resolvers,
  errors: storeErrors,
  signs: true,
  warmUpQuery: '{ rental(id: "none") { id status } }',
  readEnvironment,
  async assemble({ settings, logger, metrics, tokens, cursors, eventSignatures, signer, end }) {
    const policy = policyIn(settings.POLICY_DIR, logger, metrics, settings.RENT_REQUEST_TIMEOUT);
    const host = await hostAggregate({
      settings,
      log: logger,
      metrics,
      onPublished: measureRents(metrics),
      end,
      signatures: eventSignatures,
      decider: bookRentals,
      changes: createChanges(),
      eventLog: eventLogIn,
      policy: policy.current,
      reads: rentalsIn,
    });
    const { store, reads: rentals } = host;
    const reserveClient = createReserveClient(settings.RESERVE_URL, signer, { logger, metrics });
    /** The context of one request: no wait exceeds the time that it has left. */
    const portsWithin = ({ leftMs }: RequestDeadline): Context['ports'] => ({
      store: { ...store, waitForReplica: store.replicaWaits(leftMs) },
      rentals,
      reserveClient,
      get decisionWaitMs() {
        return Math.min(settings.RENT_DECISION_WAIT_MS, leftMs());
      },
      get returnDeadlineMs() {
        return Math.min(settings.RETURN_DEADLINE_MS, leftMs());
      },
    });
    const pager = createPager<string>(cursors, 'Book.rentals');
    return {
      readiness: async () => policy.fault() ?? host.readiness(),
      hasConsumed: store.hasConsumed,
      consumer: host.consumer,
      context: (request) => ({
        ...request,
        ports: portsWithin(request.deadline),
        tokens,
        pager,
        rentals: createRentalLoader(rentals),
      }),
      stop: host.stop,
    };
  },
});
