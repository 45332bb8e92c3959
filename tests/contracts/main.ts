import { runCommand, UsageError } from '@rentalbook/cli/command';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { baseFromGit, RECORDED, type Base } from './base';
import { acceptedSchema, breakingChanges, sortOut, type Accepted } from './breaking';
import { contractsIn, type Contracts } from './contracts';

const ACCEPTED = 'tests/contracts/accepted.json';
const HELP = `Fails at a change of the graph or of an event that clients, or services of the release before, cannot live with.

  npm run check:breaking
  npm run check:breaking -- --base COMMIT   compare with another commit than the last one of main
  npm run check:breaking -- --record        write ${RECORDED} after a change

Compares the sources with what main has recorded in ${RECORDED}, and without a history of git with that file itself. A change that is
meant is listed in ${ACCEPTED}, with its reason.
`;
const root = process.cwd();

runCommand(HELP, async (args) => {
  const options = { base: { type: 'string' }, record: { type: 'boolean', default: false } } as const;
  const { base: chosen, record } = parseArgs({ args, options }).values;
  const contracts = contractsIn(root);
  const recorded = readRecorded();
  const base = recorded && !record ? baseFrom(chosen, recorded) : undefined;
  const compared = base ?? { name: RECORDED, contracts: recorded ?? contracts };
  const { accepted, unlisted } = sortOut(await breakingChanges(compared.contracts, contracts), readAccepted());
  for (const { change, reason } of accepted) process.stdout.write(`accepted  ${change} (${reason})\n`);
  for (const change of unlisted) process.stdout.write(`BREAKING  ${change}\n`);
  if (unlisted.length > 0)
    throw new UsageError(
      `${countOf(unlisted.length, 'breaking change')} since ${compared.name}: make each compatible (CONTRIBUTING.md, "Events are versioned"), or list it in ${ACCEPTED} as {"change": "…", "reason": "…"}.`,
    );
  if (record) writeFileSync(RECORDED, `${JSON.stringify(contracts, undefined, 2)}\n`);
  else if (JSON.stringify(recorded) !== JSON.stringify(contracts))
    throw new UsageError(`${RECORDED} is stale; run "npm run check:breaking -- --record" and commit it.`);
  process.stdout.write(
    `No unlisted breaking change since ${compared.name}: ${countOf(Object.keys(contracts.graph).length, 'graph')}, ${countOf(Object.keys(contracts.events).length, 'event')}.\n`,
  );
});

const countOf = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;

function baseFrom(chosen: string | undefined, recorded: Contracts): Base {
  const found = baseFromGit(root, chosen);
  if (found) return found;
  if (chosen !== undefined)
    throw new UsageError(`git has no ${RECORDED} where HEAD left "${chosen}"; give a commit that has it.`);
  return { name: `${RECORDED}, for git has no commit of main to compare with`, contracts: recorded };
}

/** Undefined before the first recording. */
function readRecorded(): Contracts | undefined {
  try {
    return JSON.parse(readFileSync(RECORDED, 'utf8')) as Contracts;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new UsageError(`${RECORDED} cannot be read (${String(error)}); check out that of main.`);
  }
}

function readAccepted(): Accepted {
  const read = acceptedSchema.safeParse(JSON.parse(readFileSync(ACCEPTED, 'utf8')));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new UsageError(`${ACCEPTED}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`);
}
