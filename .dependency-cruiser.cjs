/** Which layer may use which: see docs/adr and style in CONTRIBUTING. */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      comment: 'Decisions know event types and the shape of a decider, nothing else.',
      severity: 'error',
      from: { path: '^subgraphs/[^/]+/src/domain/' },
      to: { pathNot: '^(subgraphs/[^/]+/src/domain/|packages/event-contracts/|packages/decider/)' },
    },
    {
      name: 'application-knows-no-adapter',
      comment: 'Use cases work on the domain, on ports and on the views that they promise.',
      severity: 'error',
      from: { path: '^subgraphs/[^/]+/src/application/' },
      to: {
        path: '^(subgraphs/[^/]+/src/(resolvers|persistence|projections)|packages/(mongo|read-models)/|node_modules/(mongoose|kafkajs|graphql|fastify|@apollo))',
      },
    },
    {
      name: 'resolvers-go-through-application',
      severity: 'error',
      from: { path: '^subgraphs/[^/]+/src/resolvers/' },
      to: {
        path: '^(subgraphs/[^/]+/src/(persistence|projections)|packages/(mongo|read-models)/|node_modules/(mongoose|kafkajs))',
      },
    },
    {
      name: 'the-kernel-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^packages/(decider|event-contracts|timing)/src/' },
      to: { path: '^(engines|packages|router|subgraphs|tests|tools)/', pathNot: '^packages/$1/src/' },
    },
    {
      name: 'aggregates-do-not-know-read-models',
      comment: 'A service composes the two.',
      severity: 'error',
      from: { path: '^packages/aggregate-store/' },
      to: { path: '^packages/read-models/' },
    },
    {
      name: 'read-models-do-not-know-aggregates',
      severity: 'error',
      from: { path: '^(packages/read-models|subgraphs/mypage)/' },
      to: { path: '^packages/aggregate-store/' },
    },
    {
      name: 'no-subgraph-imports-another',
      severity: 'error',
      from: { path: '^subgraphs/([^/]+)/' },
      to: { path: '^(subgraphs/(?!$1)|router/)' },
    },
    {
      name: 'kafkajs-stays-in-messaging',
      severity: 'error',
      from: { pathNot: '^(packages/messaging/|tests/engines/|engines/kafka/test/|node_modules/)' },
      to: { path: '^node_modules/kafkajs/' },
    },
    {
      name: 'opentelemetry-stays-in-tracing',
      severity: 'error',
      from: { pathNot: '^(packages/tracing/|node_modules/|.+/node_modules/)' },
      to: { path: 'node_modules/@opentelemetry/' },
    },
    {
      name: 'services-do-not-know-the-engines',
      comment: 'KAFKA_BROKERS and MONGO_URL choose; no service may tell an embedded engine from a real one.',
      severity: 'error',
      from: {
        path: '^(subgraphs|router|packages/(?!test-kit/))',
      },
      to: { path: '^engines/' },
    },
    {
      name: 'tools-are-used-by-tests-alone',
      comment: 'Tools know every service; what services are made of knows none.',
      severity: 'error',
      from: { path: '^(engines|packages|subgraphs|router)/', pathNot: '(^packages/test-kit/|/test/)' },
      to: { path: '^tools/' },
    },
    {
      name: 'tests-are-not-used-by-sources',
      severity: 'error',
      from: { path: '^(engines|packages|subgraphs|router|tools)/[^/]*/?[^/]*/?src/' },
      to: { path: '(^tests/|/test/|^packages/test-kit/)', pathNot: '^packages/test-kit/src/' },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'The packages of tests/clients are installed by `npm run test:clients` alone, which type-checks it.',
      severity: 'error',
      from: { pathNot: '^tests/clients/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|^\\.data)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.graphql'],
    },
  },
};
