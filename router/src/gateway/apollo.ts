import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import {
  BoundedCache,
  bytesOfText,
  countRequests,
  createDocumentStore,
  rememberRequests,
  StartupError,
  type IdentitySigner,
  type Logger,
  type ServiceMetrics,
} from '@rentalbook/service-kit';
import type { Clock } from '@rentalbook/timing';
import type { AnswerCache } from '../cache/answer-cache';
import { withCachedAnswers } from '../cache/cached-answers';
import { forbidTelemetry } from '../environment';
import { limitAnonymousCallers } from '../limits/anonymous-limits.plugin';
import type { CallerBudget } from '../limits/caller-budget';
import { spendBudget } from '../limits/caller-budget.plugin';
import { SELECTION_LIMIT, TOKEN_LIMIT } from '../limits/http-limits';
import { limitLists } from '../limits/list-limits.plugin';
import { limitOperations, operationLimits } from '../limits/operation-limits.rule';
import type { SubgraphClient } from '../resilience/subgraph-client';
import { publicFetchesOf } from '../sharing/public-fetches';
import { SharedFetches } from '../sharing/shared-fetches';
import { logFailedOperations } from './operation-log.plugin';
import { requireKnownOperation } from './operations.plugin';
import { withPartialAnswers } from './partial-answers';
import { createPlanCache } from './plan-cache';
import { publicErrors } from './public-errors';
import type { RequestContext } from './request-context';
import { withSafeNames } from './safe-names-gateway';
import type { WriteSampled } from './sampled-log';
import { SubgraphDataSource } from './subgraph-data-source';

const MIB = 1_024 * 1_024;
/** Bytes of each cache, of a heap of 160 MiB. */
const DOCUMENTS_BYTES = 16 * MIB;
const PERSISTED_QUERIES_BYTES = 8 * MIB;

export interface ApolloOptions {
  readonly supergraph: string;
  /** The address of each subgraph by its name. */
  readonly subgraphs: ReadonlyMap<string, string>;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  readonly signer: IdentitySigner;
  readonly logger: Logger;
  readonly writeSampled: WriteSampled;
  readonly metrics: ServiceMetrics;
  readonly budget: CallerBudget;
  readonly clock: Clock;
  readonly cache?: AnswerCache | undefined;
  /** Introspection and suggestions; the messages of errors are the same everywhere. */
  readonly development: boolean;
}

/** A started server for the committed supergraph. It makes no connection but those to the subgraphs. */
export async function startApollo(options: ApolloOptions): Promise<ApolloServer<RequestContext>> {
  const { subgraphs, clients, signer, logger, metrics, development, cache } = options;
  const formatError = publicErrors(logger);
  // The libraries' own lines below a warning add nothing to ours.
  const quiet = logger.child({}, { level: 'warn' });
  forbidTelemetry();
  const isPublic = publicFetchesOf(options.supergraph);
  const plans = createPlanCache();
  const gateway = new ApolloGateway({
    supergraphSdl: options.supergraph,
    buildService: ({ name }) => {
      const client = clients.get(name);
      const url = subgraphs.get(name);
      if (!client || url === undefined)
        throw new StartupError(`The supergraph has a subgraph "${name}" that no setting gives an address.`);
      return new SubgraphDataSource({
        ...{ name, path: new URL(url).pathname, client, signer, metrics, isPublic, cache },
        shared: new SharedFetches(`fetch ${name}`, options.clock),
      });
    },
    __exposeQueryPlanExperimental: false,
    queryPlannerConfig: { exposeDocumentNodeInFetchNode: true, cache: plans },
    logger: quiet,
  });
  const documents = createDocumentStore(DOCUMENTS_BYTES);
  const persistedQueries = new BoundedCache({ maxBytes: PERSISTED_QUERIES_BYTES, bytesOf: bytesOfText });
  metrics.gauge('cache_bytes', () => documents.bytes, { cache: 'documents' });
  metrics.gauge('cache_bytes', () => plans.bytes, { cache: 'plans' });
  metrics.gauge('cache_bytes', () => persistedQueries.bytes, { cache: 'persisted_queries' });
  const whole = withSafeNames(withPartialAnswers(gateway));
  const apollo = new ApolloServer<RequestContext>({
    gateway: cache ? withCachedAnswers(whole, cache) : whole,
    ...(cache && { stringifyResult: (result) => cache.answers.stringify(result) }),
    logger: quiet,
    formatError,
    nodeEnv: development ? 'development' : 'production',
    introspection: development,
    documentStore: documents,
    persistedQueries: { cache: persistedQueries },
    hideSchemaDetailsFromClientErrors: !development,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxLexicalTokens: TOKEN_LIMIT },
    maxRecursiveSelections: SELECTION_LIMIT,
    validationRules: [limitOperations(operationLimits)],
    plugins: [
      requireKnownOperation,
      limitLists,
      limitAnonymousCallers,
      spendBudget(options.budget, plans, metrics),
      logFailedOperations(options.writeSampled),
      rememberRequests,
      countRequests(metrics, ({ clientGone }) => clientGone.aborted),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}
