import { looks } from '../drills/trouble.drill';

/** What executes a command of a page: a file of the repository, and the text by which that file has it. */
export type Executed = readonly [by: string, as: string];

const FIRST_DAY = 'tests/drills/first-day.drill.ts';
const UPGRADE = 'tests/drills/upgrade.drill.ts';
const TROUBLE = 'tests/drills/trouble.drill.ts';
const REBUILD = 'tests/faults/rebuild.int.spec.ts';
const DIFFERENCES = 'tests/faults/rebuild-differences.cases.ts';
const RECORDED = 'tests/upgrade/recorded-release.cases.ts';
const DEAD_LETTER = 'tests/drills/dead-letter.drill.ts';
const PREFLIGHT = 'tests/drills/support/preflight.ts';

/** The blocks of a page by their headings, and the commands within its prose. */
export const executed: Readonly<Record<string, Readonly<Record<string, Executed>>>> = {
  'docs/deploy.md': {
    Deploying: [FIRST_DAY, "block('Deploying')"],
    'The first requests': [FIRST_DAY, "block('The first requests')"],
    'Removing it': [FIRST_DAY, "blocks('Removing it')"],
    'Keys of the services': [FIRST_DAY, "blocks('Keys of the services')"],
    'Users of the replica set': [FIRST_DAY, "blocks('Users of the replica set')"],
    'Managed Kafka and MongoDB': [FIRST_DAY, "blocks('Managed Kafka and MongoDB')"],
    HTTPS: [FIRST_DAY, "block('HTTPS')"],
    'kubectl -n rentalbook describe pod …': [TROUBLE, 'looks()'],
    'kubectl -n rentalbook delete pod …': ['tests/drills/engine-loss.drill.ts', "'delete', 'pod'"],
    'kubectl diff --server-side -k k8s/overlays/local': [TROUBLE, 'looks()'],
    'kubectl -n rentalbook create job demo --from=cronjob/demo': ['tests/drills/tools.drill.ts', "'demo'"],
    'kubectl -n rentalbook edit configmap systemword': ['tests/drills/configmap.drill.ts', "'configmap', 'systemword'"],
    'kubectl -n rentalbook annotate pods --all policy-changed="$(date)"': [TROUBLE, 'annotate pods --all'],
    'kubectl -n rentalbook top pods': [TROUBLE, 'top pods'],
    'npm run k8s:secrets': ['.ci/drills', 'npm run --silent k8s:secrets'],
  },
  'docs/upgrading.md': {
    'From a release with one identity secret': [UPGRADE, "'From a release with one identity secret'"],
    'The broker of the local overlay': [TROUBLE, "'The broker of the local overlay'"],
    'npm run rebuild -- mypage': [REBUILD, 'page.rebuild()'],
    'npm run check:breaking': ['.ci/run', 'check:breaking'],
    'npm run rebuild -- mypage --accept-differences': [DIFFERENCES, 'acceptDifferences: true'],
    'npm run rebuild -- mypage --verify-only': [RECORDED, '--verify-only'],
    'node tests/upgrade/record.mjs FOLDER': [RECORDED, 'record'],
    'openssl genpkey -algorithm ed25519 -out new.pem': [FIRST_DAY, "blocks('Keys of the services')"],
    'openssl pkey -in new.pem -pubout': [FIRST_DAY, "blocks('Keys of the services')"],
    'kubectl -n rentalbook exec mongo-0 -- mongosh --quiet --file /docker-entrypoint-initdb.d/start.js': [
      'tests/drills/rotate-engines.drill.ts',
      'TAKE_PASSWORDS',
    ],
    'kubectl -n rentalbook delete job mongo-initiate --ignore-not-found': [TROUBLE, 'delete job mongo-initiate'],
    "db.getSiblingDB('admin').updateUser('book', { pwd: passwordPrompt() })": [
      'tests/manifests/mongo-users.unit.spec.ts',
      'updateUser',
    ],
    'npm run dead-letters -- replay KEY': [DEAD_LETTER, "'replay'"],
    'npm start -- --fresh': ['tests/end-to-end/life.e2e.spec.ts', "'--fresh'"],
  },
  'docs/trouble.md': {
    'kubectl -n rentalbook scale deployment/book --replicas=2': [TROUBLE, 'scale deployment/book --replicas=2'],
    'kubectl -n rentalbook scale deployment book reserve rental mypage --replicas=0': [
      'tests/drills/restore.drill.ts',
      "'scale', 'deployment'",
    ],
    'kubectl apply --server-side --force-conflicts -k …': [TROUBLE, "'The broker of the local overlay'"],
    'kubectl -n rentalbook delete pod -l app=my-kafka': ['tests/drills/engine-loss.drill.ts', "'delete', 'pod'"],
    'npm run rebuild -- mypage --accept-differences': [DIFFERENCES, 'acceptDifferences: true'],
    'npm run dead-letters -- list': ['tests/drills/tools.drill.ts', "'dead-letters'"],
    'npm run dead-letters -- --help': ['tests/end-to-end/programs.e2e.spec.ts', '--help'],
    'kubectl version': [PREFLIGHT, "'version'"],
  },
};

/** Pages of which a drill reads the commands of a column, and runs them all. */
export const lookedAt: Readonly<Record<string, readonly string[]>> = { 'docs/trouble.md': looks() };

/** What needs more than the cluster of drills has. */
export const notExecuted: Readonly<Record<string, readonly string[]>> = {
  'docs/deploy.md': [
    // A cluster of kind.
    'kind load docker-image rentalbook/{book,reserve,rental,mypage,gateway,tools}:local',
    // A cluster without the system: it is a check by itself.
    'npm run k8s:validate -- --context NAME',
  ],
  // The drill `upgrade` begins with these images, and names those that are missing.
  'docs/upgrading.md': [
    'Trying it',
    // A Kafka with users.
    "kafka-configs.sh --alter --add-config 'SCRAM-SHA-512=[password=…]' --entity-type users --entity-name book",
  ],
};
