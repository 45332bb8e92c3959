import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiSchemaOf } from '../../../router/test/support/api-schema';
import { clashingNames, randomOperation } from '../../../router/test/support/random-operation';
import type { Attack } from '../attack';
import { argumentPlaces } from '../inputs/argument-places';
import { callersInTurn } from '../inputs/callers';
import { inParallel } from '../inputs/in-parallel';
import { wildValue } from '../inputs/wild-values';
import { codeOf, probe } from '../probe';

const AT_ONCE = 8;
const CALLERS = 200;
/** Few, for all of them share the budget of one address. */
const ONE_ANONYMOUS_IN = 40;
const SEEDS = 0x7fffffff;

export const randomOperations: Attack = {
  id: 'S9',
  name: 'random operations, drawn from the graph: any selection, and any value in any argument',
  full: '10,000 operations',
  bar: 'no crash, no INTERNAL_SERVER_ERROR',
  async run(stage) {
    const { chance } = stage;
    const system = await stage.system();
    const asker = probe(system.url);
    const schema = apiSchemaOf(readFileSync(join(stage.root, 'router/supergraph.graphql'), 'utf8'));
    const names = ['a', 'b', 'c', ...clashingNames(schema)];
    const places = argumentPlaces(schema);
    const caller = await callersInTurn(system, 's9', CALLERS, ['member', 'librarian']);
    const amount = stage.amount({ short: 60, full: 10_000 });
    const outcomes = new Map<string, number>();
    let done = 0;
    await inParallel(Array.from({ length: amount }), AT_ONCE, async (_, n) => {
      const [pick] = fc.sample(fc.gen(), { seed: chance.below(SEEDS), numRuns: 1 });
      const place = chance.oneOf(places);
      const request =
        n % 2 === 0 && pick ? randomOperation(schema, names, pick) : place.request(wildValue(place.type, chance));
      const answer = await asker.post(request, chance.onceIn(ONE_ANONYMOUS_IN) ? {} : caller());
      const outcome = codeOf(answer) ?? 'answered';
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (answer.text === '' || (answer.body.data === undefined && outcome === 'answered'))
        asker.blame(
          'every operation gets an answer',
          JSON.stringify(request),
          `${String(answer.status)} ${answer.text}`,
        );
      stage.progress((done += 1), amount);
    });
    const counts = [...outcomes].sort(([, one], [, other]) => other - one);
    return {
      amount: `${String(amount)} operations`,
      measured: counts.map(([outcome, count]) => `${String(count)} ${outcome}`).join(', '),
      broken: asker.broken,
    };
  },
};
