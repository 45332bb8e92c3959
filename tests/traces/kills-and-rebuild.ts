import { eventually, librarian, member, type SpanReceiver } from '@rentalbook/test-kit';
import { randomBytes } from 'node:crypto';
import { eventTrailIn } from '../../subgraphs/mypage/src/projections/event-trail/event-trail';
import { openLibrary } from '../faults/harness/checker/library';
import { measuredUnderLoad, underLoad, type UnderLoad } from '../faults/harness/under-load';
import type { Broken } from '../harness/broken';
import type { FaultySystem } from '../harness/system/faulty-system';
import type { Trial } from '../harness/trial';
import { CLIENT_SPAN, connectednessOf, type TracedCommand } from './connected';
import type { Kill } from './kills';
import type { TracedEvent } from './spans-of-events';
import { services, subgraphs } from '../../tools/services';

const COMMANDS = { short: 60, full: 1_000 };
/** So few commands a second that each kill, and the rebuild, are under load. */
const PER_SECOND = { short: 8, full: 20 };
const REPLACED_WITHIN_MS = 60_000;
const KNOWN_WITHIN_MS = 10 * 60_000;
const WHOLE_TRAIL = { after: undefined, before: undefined, limit: 1_000, backward: false };

/** What a trace is worth while processes are killed: the request is found from each of its effects, and each effect from it. */
export const killsAndRebuild = (receiver: SpanReceiver): Trial => ({
  id: 'T1',
  name: 'a kill of each service and a rebuild, under load, with every command sampled',
  full: '1,000 commands',
  bar: '100 % of traces connected from HTTP to projection, but for spans that a killed process had not sent; the hops of each event add up',
  async run(stage) {
    const kills: Kill[] = [];
    const wanted = stage.amount(COMMANDS);
    const broken: Broken[] = [];
    const done = await underLoad(
      stage,
      async (system, load) => {
        for (const service of services) {
          await load.goesOn();
          const pid = system.signal(service, 'SIGKILL');
          if (pid === undefined) throw new Error(`${service} was not running`);
          kills.push({ service, at: Date.now() });
          await system.untilReplaced(service, pid, REPLACED_WITHIN_MS);
        }
        await load.goesOn();
        const { exitCode, said } = await system.rebuild();
        if (exitCode !== 0)
          broken.push({ promise: 'a page can be rebuilt', on: `exit ${String(exitCode)}`, found: said.slice(-400) });
        await eventually(
          () => {
            stage.progress(load.ledger.entries.length, wanted);
            return load.ledger.entries.length >= wanted;
          },
          { withinMs: KNOWN_WITHIN_MS, what: `${String(wanted)} commands` },
        );
      },
      { perSecond: stage.amount(PER_SECOND) },
    );
    const system = await stage.system();
    await untilSent(system, receiver);
    const found = connectednessOf(await tracedCommands(system, done), receiver.spans(), kills);
    const { whole, torn, cut } = found;
    const traces = String(whole + torn + cut);
    return measuredUnderLoad(
      `${traces} traces, ${String(kills.length)} kills, 1 rebuild`,
      done,
      [...broken, ...found.broken],
      `${String(whole)} of ${traces} traces whole; a killed process took along spans of ${String(torn)} between the request and the projection, and of ${String(cut)} one of these two; ${String(found.broken.length)} broken; ${String(found.events)} events, each with hops that add up; ${String(receiver.spans().length)} spans`,
    );
  },
});

/** The commands whose fate is known, each with its events and with what the event trail has of them. */
async function tracedCommands(system: FaultySystem, { load, verdict }: UnderLoad): Promise<readonly TracedCommand[]> {
  const library = await openLibrary(system);
  try {
    const trail = eventTrailIn(library.connections.mypage);
    const commands: TracedCommand[] = [];
    for (const { command, outcome } of load.ledger.entries) {
      if (outcome.kind !== 'ok' && outcome.kind !== 'refused') continue;
      const entries = new Map((await trail.slice(command.trace, WHOLE_TRAIL)).map((entry) => [entry.id, entry]));
      const events = verdict.events.filter(({ correlationId }) => correlationId === command.trace);
      commands.push({
        trace: command.trace,
        events: events.map((event): TracedEvent => {
          const entry = entries.get(event.id);
          const appliedAt = entry?.applied.find(({ service }) => service === 'mypage')?.at ?? null;
          return { event, publishedAt: entry?.publishedAt ?? null, appliedAt };
        }),
      });
    }
    return commands;
  } finally {
    await library.close();
  }
}

/**
 * Waits until every service has sent what it recorded: spans are sent in the order of their ends, so those of a story that
 * begins now come last.
 */
async function untilSent(system: FaultySystem, receiver: SpanReceiver): Promise<void> {
  const trace = randomBytes(16).toString('hex');
  const headers = { traceparent: `00-${trace}-${CLIENT_SPAN}-01` };
  const libby = await librarian(system);
  const reader = await member(system, `reader-${trace.slice(0, 8)}`);
  const send = async <Payload>(who: typeof reader, field: string, input: string, asked: object, selection: string) => {
    const query = `mutation($input: ${input}!) { payload: ${field}(input: $input) { ${selection} } }`;
    return (await who.data<{ payload: Payload }>(query, { input: asked }, headers)).payload;
  };
  const title = { title: 'The last span', copies: 1 };
  const { book } = await send<{ book: { id: string } }>(libby, 'addBook', 'AddBookInput', title, 'book { id }');
  await eventually(
    async () => {
      const asked = { bookId: book.id };
      const reserved = await send<{ reservation: object | null }>(
        reader,
        'reserveBook',
        'ReserveBookInput',
        asked,
        'reservation { id }',
      );
      return reserved.reservation !== null;
    },
    { what: 'a reservation of the last book' },
  );
  const asked = { bookId: book.id };
  const { rental } = await send<{ rental: { id: string } }>(
    reader,
    'rentBook',
    'RentBookInput',
    asked,
    'rental { id }',
  );
  await send(reader, 'returnBook', 'ReturnBookInput', { rentalId: rental.id }, 'rental { id }');
  const isLast = (service: string) =>
    receiver
      .spans()
      .some(
        (span) =>
          span.traceId === trace &&
          span.service === service &&
          span.name === 'process rentalbook' &&
          span.attributes['rentalbook.event.type'] === 'Returned',
      );
  const roots = (): number =>
    receiver.spans().filter(({ traceId, parentSpanId }) => traceId === trace && parentSpanId === CLIENT_SPAN).length;
  await eventually(() => subgraphs.every(isLast) && roots() >= 4, {
    what: 'the spans of the last story',
  });
}
