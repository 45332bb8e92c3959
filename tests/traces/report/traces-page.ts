import type { RecordedRow } from '../../harness/report/record';
import { resultTable } from '../../harness/report/table';

const intro = `# Traces under faults

Written by \`npm run test:traces -- --record\`; do not edit. \`--help\` says the rest. What the spans are is in [tracing](tracing.md).

The harness runs every process of the system with a collector of its own, and samples every request.

- **T1** has members reserve, cancel, rent and return while each service is killed once (\`kill -9\`) and MyPage is rebuilt. Then each command's spans are held against its
  events: each span is below the request; each event has a span of its sending, and below that one of its projection; work for several traces is linked both
  ways. The steps of an event's way come in their order, so that its hops add up, and the times in its [event trail](adr/0045-event-trail-in-mypage.md) lie within its spans. A process
  that is killed takes along what it has not sent: a trace that lacks such a span is counted, and any other hole fails. Beside that the promises of
  [faults](faults.md) are checked.
- **T2** lets the collector hang up, be silent, and answer 503, in turn with one that takes all, while other readers go on. The bar in time is judged in the full form alone.

\`tests/traces/connected.unit.spec.ts\` breaks each of these in a small trace and sees the check say so.
`;

/** docs/traces.md, as it follows from the record. */
export const tracesPage = (rows: readonly RecordedRow[]): string => `${intro}
${resultTable('trial', rows)}
`;
