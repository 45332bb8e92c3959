import { runCommand } from '@rentalbook/cli';
import { readArguments, type Asked, type Offer } from '../../harness/arguments';
import { idsOf, runTrials, type Harness } from '../../harness/run-trials';
import type { Surroundings } from '../../harness/system/system-on-demand';
import { faults, inTurn } from './faults';
import { faultsPage } from './report/faults-page';

const HELP = `Does to a running system what befalls real ones, and checks that nothing is lost, doubled or half done.

  npm run test:faults                        every fault, in its full amount: hours
  npm run test:faults -- --short             every fault, in seconds each
  npm run test:faults -- F2 F5 --short       some
    --seed NUMBER       the same choices again; by default at random, and printed
    --real-engines      on Apache Kafka and mongo-java-server: ${idsOf(faults.filter(({ onRealEngines }) => onRealEngines))}
    --rounds NUMBER     no more rounds than that of what is done in rounds: ${idsOf(faults.filter(({ rounds }) => rounds !== undefined))}; with --record, of those missing there
    --json FILE         where the results go, by default .data/faults/FORM-ENGINES.json; ledgers are beside it
    --record            puts the results into docs/faults.md too

${faults.map(({ id, name }) => `  ${id.padEnd(4)} ${name}`).join('\n')}

Exit 0: every fault passed. Ctrl-C stops everything. It works on folders and ports of its own, on this machine alone.
`;

const offer: Offer = { noun: 'fault', trials: faults, inTurn };

/** A short form mostly waits, so that two systems share the machine; all else has it to itself. */
const lanes = ({ form, engines }: Asked): number => (form === 'short' && engines === 'embedded' ? 2 : 1);

const harness: Harness = { name: 'faults', page: faultsPage, ids: faults.map(({ id }) => id), lanes };

export function runFaults(surroundings: Surroundings): void {
  runCommand(HELP, async (args) => {
    const passed = await runTrials(harness, readArguments(offer, args), surroundings);
    // kafkajs and the driver keep timers for what they were in the middle of when it was taken from them.
    process.exit(passed ? 0 : 1);
  });
}
