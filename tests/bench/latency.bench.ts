import { runCommand } from '@rentalbook/launcher';
import { accepted, eventually, librarian, member, startSystem, type Reader } from '@rentalbook/test-kit';

const HELP = `Measures how soon a reader sees on MyPage what they reserved: from sending the mutation to the page that shows it.

  npm run bench:latency

Runs the whole system on the embedded engines. Exit 1: the bar was missed.
`;
const BAR_MS = 50;
const WARM_UP = 50;
const SAMPLES = 200;

runCommand(HELP, async () => {
  const system = await startSystem({ engines: 'embedded' });
  try {
    const libby = await librarian(system);
    const bookIds: string[] = [];
    for (let n = 0; n < WARM_UP + SAMPLES; n += 1)
      bookIds.push(accepted(await libby.addBook(`Title ${String(n)}`, 1)).id);
    const last = bookIds.at(-1) ?? '';
    const patient = await member(system, 'patient');
    await eventually(async () => (await patient.reserve(last)).entity, {
      withinMs: 20_000,
      what: 'Reserve knowing all',
    });

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
  } finally {
    await system.stop();
  }
});

/** Milliseconds. With the mutation's token the page waits until it shows the change, as a client that reads its own writes. */
async function reserveAndSee(reader: Reader, bookId: string): Promise<number> {
  const startedAt = performance.now();
  const { entity, consistencyToken } = await reader.reserve(bookId);
  const { entries, freshness } = await reader.page(consistencyToken);
  const took = performance.now() - startedAt;
  if (!entity || entries.length !== 1 || freshness.stale) throw new Error(`the page of ${reader.id} does not show it`);
  return took;
}
