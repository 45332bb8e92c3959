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
import { openCache } from './cache/open-cache';
import type { RouterSettings } from './environment';
import { startApollo } from './gateway/apollo';
import { mountGraphql } from './gateway/graphql.routes';
import { answerNothingHere } from './gateway/refusals';
import { createSampledLog } from './gateway/sampled-log';
import { mountIde } from './ide/ide.routes';
import type { StoryTexts } from './ide/story';
import { createIdentityTokens } from './identity/identity-token';
import { openKeys } from './identity/open-keys';
import { createVerifiedTokens } from './identity/verified-tokens';
import { requireAllowedHost } from './limits/allowed-hosts';
import { createArrivals } from './limits/arrivals';
import { createCallerBudget } from './limits/caller-budget';
import { chargeRefused, refuseEarly } from './limits/early-refusal';
import { createFairQueue } from './limits/fair-queue';
import { createHeldBodies } from './limits/held-bodies';
import { BODY_LIMIT, HELD_BODIES, QUEUE, REQUEST_ARRIVAL_MS, ROOM } from './limits/http-limits';
import { createRefusalPace } from './limits/refusal-pace';
import { admitEveryOperation, createSafelist } from './limits/safelist';
import { watchSubgraphs } from './resilience/subgraph-presence';
import { createSubgraphClient } from './resilience/subgraph-client';

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
  const admit = settings.SAFELIST === 'required' ? createSafelist(operations) : admitEveryOperation;
  const signatures = openSignatures(settings, { signs: true, accepts: [], seals: false }, { logger, clock });
  const verified = createVerifiedTokens();
  const tokenKeys = openKeys(settings.keySource, { logger, clock });
  const identityTokens = createIdentityTokens({
    verified,
    keys: tokenKeys.keyOf,
    issuer: settings.JWT_ISSUER,
    audience: settings.JWT_AUDIENCE,
    algorithm: settings.JWT_ALGORITHM,
    rolesClaim: settings.JWT_ROLES_CLAIM,
    maxLifetimeSeconds: settings.maxTokenLifetimeSeconds,
  });
  const clients = new Map(
    [...settings.subgraphs].map(([name, url]) => [
      name,
      createSubgraphClient({
        name,
        url,
        logger,
        clock,
        timeoutMs: settings.SUBGRAPH_TIMEOUT_MS,
        faultsToOpen: settings.SUBGRAPH_FAULTS_TO_OPEN,
      }),
    ]),
  );
  const metrics = createMetrics('router', logger, clock);
  const tracing = await startTracing('router', settings, reportTo(logger, metrics));
  for (const [target, client] of clients) {
    metrics.gauge('circuit_open', () => (client.isOpen() ? 1 : 0), { target });
    metrics.gauge('subgraph_calls', () => client.load().running, { target, state: 'running' });
    metrics.gauge('subgraph_calls', () => client.load().queued, { target, state: 'queued' });
  }
  if (tokenKeys.secondsLeft) metrics.gauge('token_keys_left_seconds', tokenKeys.secondsLeft);
  metrics.gauge('cache_bytes', () => verified.bytes, { cache: 'tokens' });
  const writeSampled = createSampledLog(logger, clock);
  const budget = createCallerBudget({ member: settings.MEMBER_BUDGET, address: settings.ADDRESS_BUDGET }, clock);
  const countRefusal = (kind: string): void => {
    metrics.count('refusals', { kind });
  };
  const cache = openCache(settings, { logger, metrics, clock });
  const apollo = await startApollo({
    cache,
    clock,
    supergraph,
    subgraphs: settings.subgraphs,
    clients,
    signer: createIdentitySigner(signatures.texts(IDENTITY_PURPOSE)),
    logger,
    writeSampled,
    metrics,
    budget,
    development,
  });
  const presence = watchSubgraphs(settings.subgraphs, {
    logger,
    goneAfterMs: settings.SUBGRAPH_GONE_AFTER_MS,
    clock,
  });
  const pace = createRefusalPace(budget, clock);
  const queue = createFairQueue({
    ...QUEUE,
    perCaller: settings.CALLER_CONCURRENCY,
    targetMs: settings.QUEUE_TARGET_MS,
    intervalMs: settings.QUEUE_INTERVAL_MS,
    priorityOf: (caller, active) => budget.priorityOf(caller, active),
    clock,
    pace,
    onUnserved: countRefusal,
  });
  metrics.gauge('queue_requests', () => queue.waiting());
  metrics.gauge('queue_oldest_wait_seconds', () => queue.oldestWaitMs() / 1_000);
  const requireShare = refuseEarly({ budget, queue, pace, onRefused: countRefusal });

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
    routes: async (app) => {
      app.setNotFoundHandler(answerNothingHere);
      // The probes use the address of a pod.
      await app.register(async (scope) => {
        if (settings.allowedHosts) scope.addHook('onRequest', requireAllowedHost(settings.allowedHosts));
        await mountGraphql(scope, {
          apollo,
          admit,
          cache,
          queue,
          arrivals: createArrivals(),
          identityTokens,
          requireShare,
          chargeRefused: chargeRefused({ budget, pace }),
          requireRoom: createHeldBodies({ ...HELD_BODIES, pace, onRefused: countRefusal }),
          logger,
          metrics,
          writeSampled,
          clock,
          operationTimeoutMs: settings.OPERATION_TIMEOUT_MS,
          corsOrigins: settings.CORS_ORIGINS,
          development,
        });
        if (development)
          await mountIde(scope, operations, {
            member: settings.IDE_MEMBER_TOKEN,
            secondMember: settings.IDE_SECOND_MEMBER_TOKEN,
            librarian: settings.IDE_LIBRARIAN_TOKEN,
          });
      });
    },
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
