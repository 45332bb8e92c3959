import { runCommand } from '@rentalbook/cli';
import { parseArgs } from 'node:util';
import { wholeNumberIn } from '../harness/arguments';
import { NO_FAULTS } from '../../router/test/support/cache-oracle';
import { runMixed } from '../../router/test/support/mixed-run';

const HELP = `Checks the router's cache by an oracle: reads, writes, kills of consumers and outages of the broker in random order.

  npm run test:cache
  npm run test:cache -- --operations 1000000 --seed 7

  --operations 100000  for each share of writes
  --seed 1             the same seed gives the same run
`;
const WRITES = [0.01, 0.05, 0.2];

const numberOf = (text: string, name: string): number =>
  wholeNumberIn(text, 1, `--${name} "${text}" cannot be used; use a whole number from 1.`);

runCommand(HELP, async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: { operations: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
  });
  const operations = numberOf(values.operations, 'operations');
  const seed = numberOf(values.seed, 'seed');
  for (const [index, writes] of WRITES.entries()) {
    const { faults, examples, parts, hits } = await runMixed({ seed: seed + index, operations, writes });
    const counted = Object.entries(faults).map(([name, count]) => `${name} ${String(count)}`);
    process.stdout.write(
      `${String(operations)} operations, ${String(writes * 100)} % writes, seed ${String(seed + index)}: ${String(parts)} parts, ${String(hits)} of them stored before\n  ${counted.join(', ')}\n`,
    );
    for (const example of examples) process.stdout.write(`  ${example}\n`);
    if (Object.keys(NO_FAULTS).some((name) => faults[name as keyof typeof faults] > 0)) process.exitCode = 1;
  }
});
