import { refuseArguments, runCommand } from '@rentalbook/cli';
import { writeFileSync } from 'node:fs';
import { drills } from './drills';
import { FIGURES, readResult, RESULTS, writeResult } from './support/results';
import { renderRunbook } from './support/render-runbook';

const TARGET = 'docs/runbook.md';

const HELP = `Writes ${TARGET} from the drills and the last figures of each, which are kept in ${FIGURES}/.

  npm run runbook

Figures in ${RESULTS}/ take the place of older ones, if their drill passed; those of a short form only that of a short one.
`;

runCommand(HELP, (args) => {
  refuseArguments(args);
  for (const { name } of drills) {
    const result = readResult(RESULTS, name);
    const isBetter = result?.form === 'long' || readResult(FIGURES, name)?.form !== 'long';
    if (result?.passed && isBetter) writeResult(FIGURES, result);
  }
  writeFileSync(
    TARGET,
    renderRunbook(drills, (name) => readResult(FIGURES, name)),
  );
  process.stdout.write(`${TARGET} is written.\n`);
  return Promise.resolve();
});
