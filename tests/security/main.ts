import { runCommand } from '@rentalbook/cli';
import { runTrials, type Harness } from '../harness/run-trials';
import type { Surroundings } from '../harness/system/system-on-demand';
import { readSecurityArguments } from './arguments';
import { attacks } from './attacks';
import { securityPage } from './report/security-page';

const HELP = `Attacks a running system as outsiders, members and neighbours of its processes could, and checks that nothing comes of it.

  npm run test:security                      every attack, in its full amount: an hour
  npm run test:security -- --short           every attack, in seconds each
  npm run test:security -- S3 A5             some
  npm run test:security -- --soak            valid traffic with attacks mixed in, for ten minutes
    --minutes NUMBER    the time of --soak
    --seed NUMBER       the same choices again; by default at random, and printed
    --json FILE         where the results go, by default .data/security/FORM-ENGINES.json
    --record            puts the results into docs/security.md too

${attacks.map(({ id, name }) => `  ${id.padEnd(4)} ${name}`).join('\n')}

Exit 0: every attack failed. Ctrl-C stops everything. It works on folders and ports of its own, on this machine alone.
`;

/** What an image of a service is started with, and limits as they are shipped. */
const SETTINGS: Harness['settings'] = {
  budget: 3_000,
  env: { NODE_OPTIONS: '--max-old-space-size=160', QUEUE_TARGET_MS: '500' },
};

const harness: Harness = {
  name: 'security',
  page: securityPage,
  ids: [...attacks.map(({ id }) => id), 'SOAK'],
  lanes: () => 1,
  settings: SETTINGS,
};

export function runSecurity(surroundings: Surroundings): void {
  runCommand(HELP, async (args) => {
    const passed = await runTrials(harness, readSecurityArguments(args), surroundings);
    // Connections that are kept for the next request would keep the process.
    process.exit(passed ? 0 : 1);
  });
}
