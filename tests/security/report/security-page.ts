import type { RecordedRow } from '../../harness/report/record';
import { resultTable } from '../../harness/report/table';

const intro = `# Attacks

Written by \`npm run test:security -- --record\`; do not edit. \`npm run test:security -- --short\` tries every attack in a small
amount, and \`--help\` prints the rest. What the boundaries are that these attacks are aimed at is in [SECURITY.md](../SECURITY.md).

The harness runs the bundled services in production mode, with the budgets and the heap of an image, on ports of its own.

- **S1 to S10** send what no client should. Every answer is searched for hosts, stacks, paths and names of parts, and none may be
  an INTERNAL_SERVER_ERROR.
- **A1 to A9** are one caller at their worst. A process of its own sends the flood, with a low priority, because an attacker has a machine
  of their own. A bystander, ten members who read, reserve and cancel at 25 requests a second in all, is measured without and with the
  flood in turns within one run; times count from when a request was due. The bar is in the ratio of the two p99.
- **B2 to B4** are forgeries: of consistency tokens and cursors, events, addresses. Forged identities are S6, forged tokens of members S4.
- **SOAK** is valid traffic with attacks mixed in. Its memory is the resident set of each service, compared between the first and
  the last third of the time after a warm-up of a fifth.

Bars in time are judged in the full form alone. In \`npm test\`, \`tests/security/short-forms.e2e.spec.ts\` tries S1 to S7, S9, B2 and B3 on the
system that the end-to-end tests share.
`;

/** Where the rest of the short form is, in tests of the parts. */
const elsewhere: readonly (readonly [id: string, promise: string, where: string])[] = [
  ['S8', 'errors are masked', '`router/test/gateway.cases.ts`, `tests/end-to-end/defects.e2e.spec.ts`'],
  ['S10, A5, B4', 'a budget and a share of the queue for each caller', '`router/test/caller-share.cases.ts`'],
  ['A1', 'caches are bounded by what they hold', '`packages/service-kit/test/bounded-cache.unit.spec.ts`'],
  ['A2', 'a caller’s time-outs are that caller’s', '`router/test/resilience.unit.spec.ts`'],
  ['A3', 'a queue costs the same however long it is', '`tests/conformance/queue-outlook.int.spec.ts`'],
  [
    'A4',
    'a search reads an index',
    '`subgraphs/book/test/search.unit.spec.ts`, `tests/conformance/catalogue.int.spec.ts`',
  ],
  [
    'A6',
    'ids are short, and keys of a day are counted',
    '`tests/end-to-end/bad-input.e2e.spec.ts`, `tests/faults/idempotency.cases.ts`',
  ],
  ['A7', 'a plan costs points', '`router/test/caller-share.cases.ts`'],
  ['A8, A9', 'refusals cost points, and bodies have bounds', '`router/test/refused-requests.cases.ts`'],
  ['', 'planted holes, each of which the tests have to catch', '`npm run test:mutants`'],
];

/** docs/security.md, as it follows from the record. */
export const securityPage = (rows: readonly RecordedRow[]): string => `${intro}
${resultTable('attack', rows)}

Elsewhere in \`npm test\`:

| | promise | where |
|---|---|---|
${elsewhere.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}
`;
