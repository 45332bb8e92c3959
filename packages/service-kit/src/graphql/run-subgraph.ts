import { sources } from '@rentalbook/event-contracts';
import type { ServiceName } from '@rentalbook/observability/metrics';
import { systemClock } from '@rentalbook/timing';
import { startTracing, type TracingSettings } from '@rentalbook/tracing';
import type { FastifyInstance } from 'fastify';
import { CONSISTENCY_PURPOSE, createConsistencyTokens, type ConsistencyTokens } from '../consistency/consistency-token';
import type { ErrorKinds } from './errors';
import { createEventSignatures } from '../identity/event-signatures';
import { connectionLimitsOf } from '../http/connection-limits';
import { startHttpService, type ReadinessCheck } from '../http/http-service';
import {
  createIdentitySigner,
  createIdentityVerifier,
  GRAPHQL_PATH,
  IDENTITY_PURPOSE,
  ROUTER,
  type IdentitySigner,
} from '../identity/identity';
import { runService, type EndService, type Running } from '../process/lifecycle';
import { createLogger, type Logger } from '../process/logger';
import { createMetrics, type ServiceMetrics } from '../telemetry/metrics';
import type { HasConsumed } from '../consistency/read-own-writes';
import { ownSignatures, warmUp } from './warm-up';
import { openSignatures, type SignatureSettings } from '../identity/open-signatures';
import type { Seal } from '../identity/seal';
import { reportTo } from '../telemetry/request-trace';
import { mountSubgraph, subgraphSchema, type RequestContext } from './subgraph';

/**
 * Bytes of a request. The router repeats what a client sent, with the text of fragments and representations of entities, so that
 * a fetch is larger than the largest request to the router.
 */
const FETCH_LIMIT = 2_000_000;

interface SubgraphSettings extends SignatureSettings, TracingSettings {
  readonly PORT: number;
  readonly HOST: string;
  readonly DROP_DELAY_MS: number;
  readonly CONNECTION_MAX_REQUESTS: number;
  readonly CONNECTION_MAX_AGE_MS: number;
  readonly LOG_LEVEL: string;
  readonly UNSIGNED_EVENTS: 'accept' | 'refuse';
  readonly METRICS_PORT?: number | undefined;
}

/** The dependencies that the parts of one subgraph share. */
export interface SubgraphDependencies<Settings> {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly metrics: ServiceMetrics;
  readonly tokens: ConsistencyTokens;
  /** Seals the cursors of this subgraph's lists. */
  readonly cursors: Seal;
  /** Signs the events of this service, and checks those of others. */
  readonly eventSignatures: ReturnType<typeof createEventSignatures>;
  /** Signs requests to other subgraphs. */
  readonly signer: IdentitySigner;
  readonly end: EndService;
}

/** The definition of one subgraph. */
export interface SubgraphParts<Context extends RequestContext> extends Running {
  readonly readiness: ReadinessCheck;
  readonly hasConsumed: HasConsumed;
  /** The consumer group by which it learns of the events of other services; for the router's cache. */
  readonly consumer: () => string;
  readonly context: (request: RequestContext) => Context;
  /** Routes beside /graphql, behind the same signed identity. */
  readonly routes?: (http: FastifyInstance) => void;
}

export interface SubgraphDefinition<Settings extends SubgraphSettings, Context extends RequestContext> {
  readonly service: ServiceName;
  readonly typeDefs: string;
  readonly resolvers: object;
  readonly errors: ErrorKinds;
  /** Whether it signs for others: events, consistency tokens, and requests to other subgraphs. */
  readonly signs: boolean;
  /** Paths beside /graphql, each with the service that alone may call it. */
  readonly callers?: Readonly<Record<string, string>>;
  /** A query that touches what most requests need; it is run before the service is ready. */
  readonly warmUpQuery: string;
  readonly readEnvironment: () => Settings;
  readonly assemble: (dependencies: SubgraphDependencies<Settings>) => Promise<SubgraphParts<Context>>;
}

/** Runs a subgraph as a process: settings, log, its own parts, HTTP; and on a signal all of it in reverse. */
export function runSubgraph<Settings extends SubgraphSettings, Context extends RequestContext>(
  definition: SubgraphDefinition<Settings, Context>,
): void {
  const { service, typeDefs, resolvers, errors, warmUpQuery, signs } = definition;
  const signers = { ...definition.callers, [GRAPHQL_PATH]: ROUTER };
  runService(service, async (end) => {
    // Before the settings are read: the code cache contains what runs until a missing setting ends the process.
    const schema = subgraphSchema(typeDefs, resolvers);
    const settings = definition.readEnvironment();
    const logger = createLogger(service, settings.LOG_LEVEL);
    const metrics = createMetrics(service, logger);
    const tracing = await startTracing(service, settings, reportTo(logger, metrics));
    const accepts = [...new Set([...Object.values(signers), ...sources])];
    const signatures = openSignatures(settings, { signs, accepts, seals: true }, { logger, clock: systemClock });
    const tokens = createConsistencyTokens(signatures.texts(CONSISTENCY_PURPOSE));
    const own = ownSignatures(signatures);
    const takesUnsigned = settings.UNSIGNED_EVENTS === 'accept';
    const eventSignatures = createEventSignatures(signatures, service, takesUnsigned);
    if (settings.NODE_ENV === 'production' && eventSignatures.checks && takesUnsigned)
      logger.warn('events without a signature are applied; unset UNSIGNED_EVENTS once every service signs its events');
    const parts = await definition.assemble({
      settings,
      logger,
      metrics,
      tokens,
      cursors: signatures.cursors,
      eventSignatures,
      signer: createIdentitySigner(signatures.texts(IDENTITY_PURPOSE)),
      end,
    });
    let isWarmingUp = true;
    const http = await startHttpService({
      port: settings.PORT,
      host: settings.HOST,
      dropDelayMs: settings.DROP_DELAY_MS,
      connections: connectionLimitsOf(settings),
      bodyLimit: FETCH_LIMIT,
      logger,
      readiness: (excluded) => (isWarmingUp ? Promise.resolve('it has just started') : parts.readiness(excluded)),
      routes: async (app) => {
        await mountSubgraph<Context>(app, {
          schema,
          logger,
          metrics,
          tokens,
          errors,
          verifier: createIdentityVerifier({ texts: own.texts, audience: service, signers }),
          hasConsumed: parts.hasConsumed,
          consumer: parts.consumer,
          context: parts.context,
        });
        parts.routes?.(app);
      },
    });
    await warmUp(http, { query: warmUpQuery, audience: service, signer: own.signer }, logger);
    own.end();
    isWarmingUp = false;
    const numbers = await metrics.serve(settings.METRICS_PORT, settings.HOST);
    return {
      logger,
      running: {
        async stop() {
          await http.stop();
          await parts.stop();
          await numbers.stop();
          await tracing.stop();
        },
      },
    };
  });
}
