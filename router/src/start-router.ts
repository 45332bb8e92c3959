import {
  connectionLimitsOf,
  createIdentitySigner,
  createMetrics,
  IDENTITY_PURPOSE,
  openSignatures,
  reportTo,
  startHttpService,
  type HttpService,
  type Logger,
} from '@rentalbook/service-kit';
import { systemClock, type Clock } from '@rentalbook/timing';
import { startTracing } from '@rentalbook/tracing';
import type { FastifyInstance } from 'fastify';
import { openCache } from './cache/open-cache';
import type { RouterSettings } from './environment';
import { startApollo } from './gateway/apollo';
import { mountGraphql, type GraphqlRoutesOptions } from './gateway/graphql.routes';
import { answerNothingHere } from './gateway/refusals';
import { createSampledLog } from './gateway/sampled-log';
import { mountIde } from './ide/ide.routes';
import type { StoryTexts } from './ide/story';
import { openIdentityTokens } from './identity/open-identity-tokens';
import { requireAllowedHost } from './limits/allowed-hosts';
import { createCallerLimits } from './limits/caller-limits';
import { BODY_LIMIT, REQUEST_ARRIVAL_MS, ROOM } from './limits/http-limits';
import { admitEveryOperation, createSafelist } from './limits/safelist';
import { createSubgraphClients } from './resilience/subgraph-clients';
import { watchSubgraphs } from './resilience/subgraph-presence';

/** How long requests under way may go on once the router stops, in milliseconds. */
const GRACE_MS = 2_000;
/** The readiness check that a probe excludes to keep partial answers. */
const LOST_SUBGRAPHS = 'lost-subgraphs';

/** The text of each operation of our own clients, by the name of its file in router/operations. */
export type OperationTexts = StoryTexts & Readonly<Record<string, string>>;

export interface RouterOptions {
  readonly settings: RouterSettings;
  readonly supergraph: string;
  readonly operations: OperationTexts;
  readonly logger: Logger;
  /** Measures the time limits of operations and of calls to subgraphs; by default the process's own. */
  readonly clock?: Clock;
}

/** Starts the router; throws SettingsError or StartupError with a sentence for the operator. */
export async function startRouter(options: RouterOptions): Promise<HttpService> {
  const { settings, supergraph, operations, logger, clock = systemClock } = options;
  const { development } = settings;
  // 1. What requests are checked by and answered from.
  const admit = settings.SAFELIST === 'required' ? createSafelist(operations) : admitEveryOperation;
  const signatures = openSignatures(settings, { signs: true, accepts: [], seals: false }, { logger, clock });
  const metrics = createMetrics('router', logger, clock);
  const identityTokens = openIdentityTokens(settings, { logger, metrics, clock });
  const clients = createSubgraphClients(settings, { logger, metrics, clock });
  const limits = createCallerLimits(settings, { metrics, clock });
  const tracing = await startTracing('router', settings, reportTo(logger, metrics));
  const writeSampled = createSampledLog(logger, clock);
  const cache = openCache(settings, { logger, metrics, clock });
  // 2. The gateway.
  const apollo = await startApollo({
    ...{ supergraph, clients, cache, budget: limits.budget, development },
    ...{ logger, writeSampled, metrics, clock },
    subgraphs: settings.subgraphs,
    signer: createIdentitySigner(signatures.texts(IDENTITY_PURPOSE)),
  });
  const presence = watchSubgraphs(settings.subgraphs, {
    logger,
    goneAfterMs: settings.SUBGRAPH_GONE_AFTER_MS,
    clock,
  });
  // 3. The ports.
  const http = await startHttpService({
    port: settings.PORT,
    host: settings.HOST,
    dropDelayMs: settings.DROP_DELAY_MS,
    connections: connectionLimitsOf(settings),
    bodyLimit: BODY_LIMIT,
    arrivalMs: REQUEST_ARRIVAL_MS,
    room: ROOM,
    logger,
    trustProxy: settings.TRUST_PROXY,
    readiness: (excluded) =>
      Promise.resolve(presence.missing() ?? (excluded.includes(LOST_SUBGRAPHS) ? undefined : presence.gone())),
    routes: (app) =>
      mountRoutes(app, options, {
        ...{ apollo, admit, cache, identityTokens, logger, metrics, writeSampled, clock, development },
        ...limits,
        operationTimeoutMs: settings.OPERATION_TIMEOUT_MS,
        corsOrigins: settings.CORS_ORIGINS,
      }),
  });
  const numbers = await metrics.serve(settings.METRICS_PORT, settings.HOST);

  const abort = async (): Promise<void> => {
    await Promise.all([...clients.values()].map((client) => client.abort()));
  };
  return {
    ...http,
    async stop() {
      presence.stop();
      const clear = clock.after(settings.DROP_DELAY_MS + GRACE_MS, () => void abort());
      await http.stop();
      clear();
      await apollo.stop();
      await cache?.stop();
      await abort();
      await numbers.stop();
      await tracing.stop();
    },
  };
}

async function mountRoutes(
  app: FastifyInstance,
  { settings, operations }: RouterOptions,
  graphql: GraphqlRoutesOptions,
): Promise<void> {
  app.setNotFoundHandler(answerNothingHere);
  // The probes use the address of a pod.
  await app.register(async (scope) => {
    if (settings.allowedHosts) scope.addHook('onRequest', requireAllowedHost(settings.allowedHosts));
    await mountGraphql(scope, graphql);
    if (settings.development)
      await mountIde(scope, operations, {
        member: settings.IDE_MEMBER_TOKEN,
        secondMember: settings.IDE_SECOND_MEMBER_TOKEN,
        librarian: settings.IDE_LIBRARIAN_TOKEN,
      });
  });
}
