import type { Attack } from '../attack';
import { callersInTurn } from '../inputs/callers';
import { bombs } from '../inputs/bombs';
import { codeOf, probe } from '../probe';

const REFUSED_WITHIN_MS = 50;
const REFUSALS = ['BAD_REQUEST', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED'];

/** Deep, aliased, doubling, long: each refused before it costs anything. */
export const refusedBombs: Attack = {
  id: 'S1',
  name: 'deep, aliased, fragment, directive, token and list bombs',
  full: '400 bombs',
  bar: 'refused within 50 ms; good traffic’s p99 below 2 ×',
  async run(stage) {
    const system = await stage.system();
    const asker = probe(system.url);
    const caller = await callersInTurn(system, 's1', 40);
    const all = bombs(stage.amount({ short: 2, full: 20 }));
    const times: number[] = [];
    for (const [place, { what, ...request }] of all.entries()) {
      stage.progress(place, all.length);
      const startedAt = performance.now();
      const answer = await asker.post(request, caller());
      const took = performance.now() - startedAt;
      times.push(took);
      const code = codeOf(answer);
      if (!REFUSALS.includes(String(code)) || answer.body.data)
        asker.blame('a bomb is refused', what, `${String(answer.status)} ${answer.text}`);
      // The first of them waits for code that is not compiled yet.
      if (place > 0 && stage.isLate(took, REFUSED_WITHIN_MS))
        asker.blame('a bomb is refused within 50 ms', what, `${took.toFixed(0)} ms`);
    }
    times.sort((one, other) => one - other);
    return {
      amount: `${String(all.length)} bombs`,
      measured: `${String(all.length - asker.broken.length)} refused, the slowest within ${(times.at(-1) ?? 0).toFixed(0)} ms, half of them within ${(times[Math.floor(times.length / 2)] ?? 0).toFixed(1)} ms`,
      broken: asker.broken,
    };
  },
};
