import type { Reader } from '@rentalbook/test-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { bar, type Drill, type Figures } from './support/drill';
import { sicknessOf, turn } from './support/sick';
import { together, withSettings } from './support/overlay';
import type { Stage } from './support/stage';

const SICK = 'mypage';
const ASKERS = 5;
const SICK_FOR_MS = 6_000;
const ASK_EVERY_MS = 50;
/** What half of the answers take at most, most of them being given at once. */
const FAST_MS = 250;
const BACK_WITHIN_MS = 15_000;

interface Answer {
  readonly code: string;
  readonly tookMs: number;
}

async function askPage(reader: Reader): Promise<Answer> {
  const startedAt = performance.now();
  const { errors } = await reader.ask('{ myPage { activeCount } }');
  return { code: errors?.[0]?.extensions?.code ?? 'good', tookMs: performance.now() - startedAt };
}

/** Makes one subgraph sick while readers ask for what it has, and well again. */
async function sicken(stage: Stage): Promise<Figures> {
  const readers = await Promise.all(
    Array.from({ length: ASKERS }, (_, index) => stage.reader(`asker-${String(index)}`)),
  );
  const [first] = readers;
  bar(first !== undefined && (await askPage(first)).code === 'good', 'a page is not shown while all is well');

  await turn(stage, SICK);
  const endsAt = performance.now() + SICK_FOR_MS;
  const answers: Answer[] = [];
  const keepAsking = async (reader: Reader): Promise<void> => {
    while (performance.now() < endsAt) {
      answers.push(await askPage(reader));
      await delay(ASK_EVERY_MS, undefined, { signal: stage.signal });
    }
  };
  await Promise.all(readers.map(keepAsking));
  await turn(stage, SICK);
  const wellAt = performance.now();
  await stage.until(async () => (await askPage(first)).code === 'good', {
    withinMs: BACK_WITHIN_MS,
    what: 'a page after the recovery',
  });
  const recovery = (performance.now() - wellAt) / 1_000;

  const took = answers.map(({ tookMs }) => tookMs).sort((one, other) => one - other);
  const median = took[Math.floor(took.length / 2)] ?? Infinity;
  const codes = [...new Set(answers.map(({ code }) => code))].join(', ');
  bar(codes === 'UNAVAILABLE', `a sick subgraph was told of as ${codes}`);
  bar(
    median <= FAST_MS,
    `half of the answers took more than ${median.toFixed(0)} ms; ${String(FAST_MS)} ms is the bar`,
  );
  return {
    'answers while it was sick': answers.length,
    'their code': codes,
    'median, ms': median.toFixed(0),
    'the slowest, which found it out, ms': (took.at(-1) ?? 0).toFixed(0),
    'from its recovery until the first page, s': recovery.toFixed(1),
  };
}

export const circuitBreaker: Drill = {
  name: 'circuit-breaker',
  heading: 'Circuit breaker',
  proves:
    'While a subgraph answers nothing, its callers are refused at once and by a code; when it is well, they are served.',
  byHand: ['kubectl -n rentalbook logs deployment/gateway --follow | grep -i subgraph'],
  startsFrom: sicknessOf(SICK),
  prove: sicken,
  control: {
    takenAway: 'with a router whose breaker hardly ever opens',
    async prove(stage) {
      await stage.apply(together(sicknessOf(SICK), withSettings('gateway', { SUBGRAPH_FAULTS_TO_OPEN: '1000000' })));
      await stage.settled();
      return sicken(stage);
    },
  },
};
