// Plants each bug in a copy of this repository and runs the check that has to fail on it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { mutants } from '../../../tests/faults/mutants/mutants.mjs';
import { patchedFiles, PatchRefused, readPatch } from '../../../tests/faults/mutants/patch.mjs';
import { openWorkshop } from '../../../tests/faults/mutants/workshop.mjs';
import { fail, prepare, readArguments, root, say } from '../../build/prepare.mjs';

const HELP = `npm run test:mutants -- [NAME …] [--list] [--json FILE]

Plants ${mutants.length} bugs, one after the other, in a copy of this repository; each must make a check fail that passes
without it. A bug that no check notices is a missing check.

  NAME         only these; all without a name
  --list       say which bugs there are and which check is to catch each; every patch must still apply
  --json FILE  where the result goes (default .data/mutants.json)
  --help       this

Exit 0 when every bug is caught, 1 otherwise. The working tree is only read; Ctrl-C leaves nothing behind.
`;

const { values, positionals } = readArguments(
  HELP,
  { list: { type: 'boolean' }, json: { type: 'string', default: '.data/mutants.json' } },
  true,
);
const chosen = choose(positionals).map(prepared);
if (values.list) {
  for (const { name, patch, promise, file, test } of chosen)
    process.stdout.write(`${name}\n  bug      ${patch.bug}\n  promise  ${promise}\n  check    ${file}: ${test}\n`);
  process.exit(0);
}

await prepare({ built: false });
const startedAt = Date.now();
const workshop = openWorkshop(root);
process.on('exit', () => workshop.close());
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

say(`Without any bug: ${chosen.length} checks …`);
const sound = await workshop.run(chosen);
const unsound = chosen.filter((_, index) => sound[index].verdict !== 'passed');
if (unsound.length > 0)
  fail(
    unsound
      .map((mutant) => `${explain(mutant, sound[chosen.indexOf(mutant)])} That proves nothing about "${mutant.name}".`)
      .join('\n'),
  );

const results = [];
for (const mutant of chosen) {
  const { patch, file, test, name, promise } = mutant;
  const plantedAt = Date.now();
  const [found] = await workshop.with(patch, () => workshop.run([mutant]));
  const caught = found.verdict === 'failed';
  const seconds = Math.round((Date.now() - plantedAt) / 100) / 10;
  say(`${caught ? 'caught  ' : 'SURVIVED'} ${name} (${seconds} s)`);
  if (!caught) say(`  ${explain(mutant, found)}`);
  const { by = null, why: failure = null } = caught ? found : {};
  results.push({ name, bug: patch.bug, promise, check: file, test, caught, by, failure, seconds });
}
report();

function choose(names) {
  for (const name of names)
    if (!mutants.some((mutant) => mutant.name === name))
      fail(`There is no planted bug "${name}"; --list says which there are.`);
  return names.length === 0 ? mutants : mutants.filter(({ name }) => names.includes(name));
}

/** The mutant with its patch, which applies; ends the command in one sentence otherwise. */
function prepared(mutant) {
  try {
    const patch = readPatch(mutant.name);
    patchedFiles(patch, root);
    return { ...mutant, patch };
  } catch (error) {
    if (error instanceof PatchRefused) return fail(error.message);
    throw error;
  }
}

function explain({ file, test }, { verdict, why }) {
  switch (verdict) {
    case 'passed':
      return `The check "${test}" (${file}) passes.`;
    case 'missing':
      return `There is no check "${test}" in ${file}.`;
    case 'hung':
      return `The check "${test}" (${file}) did not end in time.`;
    case 'broken':
      return `${file} could not run: ${why}`;
    default:
      return `The check "${test}" (${file}) fails: ${why}.`;
  }
}

function report() {
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  const caught = results.filter((result) => result.caught).length;
  const width = Math.max(...results.map(({ name }) => name.length));
  const row = (name, took, by) => process.stdout.write(`${name.padEnd(width)}  ${took.padStart(7)}  ${by}\n`);
  row('mutant', 'seconds', 'caught by');
  for (const one of results) row(one.name, one.seconds.toFixed(1), one.by ?? 'NOTHING');
  const target = resolve(root, values.json);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${JSON.stringify({ planted: results.length, caught, seconds, mutants: results }, null, 2)}\n`);
  process.stdout.write(`${caught} of ${results.length} caught in ${seconds} s; ${relative(root, target)}\n`);
  process.exit(caught === results.length ? 0 : 1);
}
