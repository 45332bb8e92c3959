import type { RecordedRow } from '../../../harness/report/record';
import { resultTable } from '../../../harness/report/table';

const intro = `# Faults

Written by \`npm run test:faults -- --record\`; do not edit. \`npm run test:faults -- --short\` does every fault in a small
amount, as \`npm test\` does, and \`--help\` says the rest.

The harness runs every process of the system on ports of its own, behind two TCP proxies that stand for the network to Kafka
and to MongoDB. Members reserve, cancel, rent and return through the router, and a ledger keeps what each command came to:
accepted, refused, failed, or unknown; an unknown one is sent again with the same idempotency key until it is known. Any entry
in \`errors\` that asking again would not heal counts as a failure. Then the checker holds the ledger, the services' documents,
the topic and every member's page against each other:

- a command that was accepted took effect exactly once, a refused one not at all, and nothing happened without a command;
- every stream is gapless, in order and says nothing twice, and ends where its document ends;
- a copy has one holder, queues are first come, first served, and every allocation names its rule;
- every request is decided once, and every copy that went out is with a reader or came back once;
- every member's page, reservation and rental equals the fold of the log;
- ten seconds after the last answer nothing is under way, and nothing good is parked.

Bars in time are judged in the full form alone: the short form runs beside whatever else a machine does, and only reports them.

\`tests/faults/checker.unit.spec.ts\` breaks each of these in a small history and sees the checker say so.
`;

/** Faults of the same table that other commands try. */
const elsewhere: readonly (readonly [id: string, name: string, where: string])[] = [
  ['F11', 'a subgraph that hangs, drips or fails', '`router/test/resilience.unit.spec.ts`, part of `npm test`'],
  ['F12', 'rolling restart of every deployment under load', '`npm run drill`, on a cluster'],
  ['F17', 'planted bugs, each of which the tests have to catch', '`npm run test:mutants`'],
];

/** docs/faults.md, as it follows from the record. */
export function faultsPage(rows: readonly RecordedRow[]): string {
  return `${intro}
${resultTable('fault', rows)}

"embedded" engines are those of this repository; "real" ones are Apache Kafka and mongo-java-server.

Elsewhere:

| | fault | where |
|---|---|---|
${elsewhere.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}
`;
}
