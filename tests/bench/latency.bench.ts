import { runCommand } from '@rentalbook/cli';
import {
  accepted,
  eventually,
  librarian,
  member,
  startSystem,
  type Librarian,
  type ProgramName,
  type Reader,
  type System,
} from '@rentalbook/test-kit';

const HELP = `Measures how soon a reader sees on MyPage what they reserved, from sending the mutation to the page that shows it; how
soon the system answers while a service hangs; and how soon all of it ends.

  npm run bench:latency

Runs the whole system on the embedded engines. Exit 1: a bar was missed. Run it on a quiet machine.
`;
const BAR_MS = 50;
/** A call between services ends after three seconds, and the answer about it is given at once. */
const ANSWERS_WITHIN_MS = 3_500;
const STOPS_WITHIN_MS = 10_000;
const WARM_UP = 50;
const SAMPLES = 200;

runCommand(HELP, async () => {
  const system = await startSystem({ engines: 'embedded', limits: 'as shipped' });
  try {
    const libby = await librarian(system);
    const bookIds: string[] = [];
    for (let n = 0; n < WARM_UP + SAMPLES; n += 1)
      bookIds.push(accepted(await libby.addBook(`Title ${String(n)}`, 1)).id);
    const last = bookIds.at(-1) ?? '';
    const patient = await member(system, 'patient');
    await eventually(async () => (await patient.reserve(last)).entity, { what: 'Reserve knowing all' });

    const samples: number[] = [];
    for (const [place, bookId] of bookIds.slice(0, -1).entries()) {
      const took = await reserveAndSee(await member(system, `reader-${String(place)}`), bookId);
      if (place >= WARM_UP) samples.push(took);
    }
    samples.sort((one, other) => one - other);
    const percentile = (part: number): number => samples[Math.floor(samples.length * part)] ?? Infinity;
    process.stdout.write(
      `reserve → visible on MyPage, ${String(samples.length)} times: p50 ${percentile(0.5).toFixed(1)} ms (bar: ≤ ${String(BAR_MS)}), p95 ${percentile(0.95).toFixed(1)} ms, p99 ${percentile(0.99).toFixed(1)} ms\n`,
    );
    if (percentile(0.5) > BAR_MS) process.exitCode = 1;
    await whileServicesHang(system, libby, await member(system, 'patient'));
  } finally {
    report('from SIGTERM until every process is gone', await timed(() => system.stop()), STOPS_WITHIN_MS);
  }
});

async function whileServicesHang(system: System, libby: Librarian, reader: Reader): Promise<void> {
  const bookId = accepted(await libby.addBook('Returned while Reserve hangs', 1)).id;
  await eventually(async () => (await reader.reserve(bookId)).entity, { what: 'Reserve knowing the book' });
  const rentalId = accepted(await reader.rent(bookId)).id;
  const whileHanging = async (service: ProgramName, work: () => Promise<unknown>): Promise<number> => {
    const pid = system.kill(service, 'SIGSTOP');
    try {
      return await timed(work);
    } finally {
      process.kill(pid, 'SIGCONT');
      await system.untilReady(service);
    }
  };
  const returned = await whileHanging('reserve', async () => accepted(await reader.giveBack(rentalId)));
  report('a return while Reserve hangs', returned, ANSWERS_WITHIN_MS);
  const refused = await whileHanging('book', () => reader.book(bookId).catch(() => undefined));
  report('the answer that Book is UNAVAILABLE while it hangs', refused, ANSWERS_WITHIN_MS);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function report(what: string, ms: number, barMs: number): void {
  process.stdout.write(`${what}: ${ms.toFixed(0)} ms (bar: ≤ ${String(barMs)})\n`);
  if (ms > barMs) process.exitCode = 1;
}

/** Milliseconds. With the mutation's token the page waits until it shows the change, as a client that reads its own writes. */
async function reserveAndSee(reader: Reader, bookId: string): Promise<number> {
  const startedAt = performance.now();
  const { entity, consistencyToken } = await reader.reserve(bookId);
  const { entries, freshness } = await reader.page(consistencyToken);
  const took = performance.now() - startedAt;
  if (!entity || entries.length !== 1 || freshness.stale) throw new Error(`the page of ${reader.id} does not show it`);
  return took;
}
