import type { Attack } from '../attack';
import { inParallel } from '../inputs/in-parallel';
import { codeOf, probe } from '../probe';

const BUDGET = 3_000;
const WINDOW_MS = 10_000;
/** What a document costs that is refused. */
const POINTS = 15;
/** Refusals come after a pause. */
const AT_ONCE = 50;

/** Only where budgets are as shipped: on a system of the harness. */
export const forgedAddresses: Attack = {
  id: 'B4',
  name: 'an anonymous caller who names another address in every request',
  full: '1,000 requests',
  bar: '0 requests beyond the share of the real address',
  async run(stage) {
    const { url } = await stage.system();
    const asker = probe(url);
    const amount = stage.amount({ short: 500, full: 1_000 });
    const startedAt = performance.now();
    let answered = 0;
    let done = 0;
    await inParallel(Array.from({ length: amount }), AT_ONCE, async (_, n) => {
      const address = `203.0.${String(Math.floor(n / 250))}.${String(n % 250)}`;
      const answer = await asker.post(
        { query: '{ noSuchField }' },
        { 'x-forwarded-for': address, 'x-real-ip': address, forwarded: `for=${address}`, 'cf-connecting-ip': address },
      );
      if (codeOf(answer) !== 'OVERLOADED') answered += 1;
      stage.progress((done += 1), amount);
    });
    const windows = Math.ceil((performance.now() - startedAt) / WINDOW_MS) + 1;
    const share = Math.floor((windows * BUDGET) / POINTS);
    if (answered > share)
      asker.blame('addresses that a client names count for nothing', 'X-Forwarded-For', `${String(answered)} answered`);
    if (answered === amount && amount > share) asker.blame('the share of an address has an end', url, 'it has none');
    return {
      amount: `${String(amount)} requests`,
      measured: `${String(answered)} answered, of a share of ${String(share)}`,
      broken: asker.broken,
    };
  },
};
