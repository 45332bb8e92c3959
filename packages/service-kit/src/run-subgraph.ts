import type { FastifyInstance } from 'fastify';
import { createConsistencyTokens, type ConsistencyTokens } from './consistency-token';
import type { ErrorKinds } from './errors';
import { startHttpService, type ReadinessCheck } from './http-service';
import { createIdentitySigner, createIdentityVerifier } from './identity';
import { runService, type EndService, type Running } from './lifecycle';
import { createLogger, type Logger } from './logger';
import { createMetrics, type ServiceMetrics } from './metrics';
import type { HasSeen } from './read-own-writes';
import { rehearse } from './rehearsal';
import { createSeal, type Seal } from './seal';
import { mountSubgraph, subgraphSchema, type RequestContext } from './subgraph';

/**
 * Bytes of a request. The router repeats what a client sent, with the text of fragments and representations of entities, so that
 * a fetch is larger than the largest request to the router.
 */
const FETCH_LIMIT = 2_000_000;

interface SubgraphSettings {
  readonly PORT: number;
  readonly HOST: string;
  readonly DROP_DELAY_MS: number;
  readonly LOG_LEVEL: string;
  readonly IDENTITY_SECRET: string;
  readonly METRICS_PORT?: number | undefined;
}

/** What the parts of one subgraph share. */
export interface Workshop<Settings> {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly metrics: ServiceMetrics;
  readonly tokens: ConsistencyTokens;
  /** Seals the cursors of this subgraph's lists. */
  readonly cursors: Seal;
  readonly end: EndService;
}

/** What makes one subgraph differ from another. */
export interface SubgraphParts<Context extends RequestContext> extends Running {
  readonly readiness: ReadinessCheck;
  readonly hasSeen: HasSeen;
  readonly context: (request: RequestContext) => Context;
  /** Routes beside /graphql, behind the same signed identity. */
  readonly routes?: (http: FastifyInstance) => void;
}

export interface SubgraphDefinition<Settings extends SubgraphSettings, Context extends RequestContext> {
  readonly service: string;
  readonly typeDefs: string;
  readonly resolvers: object;
  readonly errors: ErrorKinds;
  /** A query that takes the ways that most requests take; it is asked before the service says that it is ready. */
  readonly rehearsal: string;
  readonly readEnvironment: () => Settings;
  readonly assemble: (workshop: Workshop<Settings>) => Promise<SubgraphParts<Context>>;
}

/** Runs a subgraph as a process: settings, log, its own parts, HTTP; and on a signal all of it in reverse. */
export function runSubgraph<Settings extends SubgraphSettings, Context extends RequestContext>(
  definition: SubgraphDefinition<Settings, Context>,
): void {
  const { service, typeDefs, resolvers, errors, rehearsal } = definition;
  runService(service, async (end) => {
    // Before the settings are read: the code cache has what runs until they are found missing, and this is much code.
    const schema = subgraphSchema(typeDefs, resolvers);
    const settings = definition.readEnvironment();
    const secret = settings.IDENTITY_SECRET;
    const logger = createLogger(service, settings.LOG_LEVEL);
    const metrics = createMetrics(service, logger);
    const tokens = createConsistencyTokens(createSeal(secret, 'consistency'));
    const parts = await definition.assemble({
      settings,
      logger,
      metrics,
      tokens,
      cursors: createSeal(secret, 'cursor'),
      end,
    });
    let isRehearsing = true;
    const http = await startHttpService({
      port: settings.PORT,
      host: settings.HOST,
      dropDelayMs: settings.DROP_DELAY_MS,
      bodyLimit: FETCH_LIMIT,
      logger,
      readiness: (excluded) => (isRehearsing ? Promise.resolve('it has just started') : parts.readiness(excluded)),
      routes: async (app) => {
        await mountSubgraph<Context>(app, {
          schema,
          logger,
          metrics,
          tokens,
          errors,
          verifier: createIdentityVerifier(secret),
          hasSeen: parts.hasSeen,
          context: parts.context,
        });
        parts.routes?.(app);
      },
    });
    await rehearse(http, rehearsal, createIdentitySigner(secret), logger);
    isRehearsing = false;
    const numbers = await metrics.serve(settings.METRICS_PORT, settings.HOST);
    return {
      logger,
      running: {
        async stop() {
          await http.stop();
          await parts.stop();
          await numbers.stop();
        },
      },
    };
  });
}
