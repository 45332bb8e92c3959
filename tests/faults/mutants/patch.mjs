// A planted bug as a unified diff: a first line that says it in words, then the change.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = dirname(fileURLToPath(import.meta.url));
const SUFFIX = '.patch';

/** A patch that cannot be used as it is; the message is for the user. */
export class PatchRefused extends Error {
  name = 'PatchRefused';
}

/** The bug in words, and the changes by file. Throws PatchRefused when there is no such patch, or it says no bug. */
export function readPatch(name) {
  const path = join(FOLDER, `${name}${SUFFIX}`);
  if (!existsSync(path)) throw new PatchRefused(`There is no patch tests/faults/mutants/${name}${SUFFIX}; write it.`);
  const [first = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  if (!first.startsWith('# '))
    throw new PatchRefused(`The patch "${name}" begins with no word on its bug; make "# …" its first line.`);
  return { name, bug: first.slice(2), changes: changesIn(lines) };
}

function changesIn(lines) {
  const changes = [];
  for (const line of lines) {
    const change = changes.at(-1);
    if (line.startsWith('+++ b/')) changes.push({ file: line.slice('+++ b/'.length), hunks: [] });
    else if (line.startsWith('@@')) change?.hunks.push({ before: [], after: [] });
    else if (!line.startsWith('---')) addLine(change?.hunks.at(-1), line);
  }
  return changes;
}

function addLine(hunk, line) {
  if (!hunk) return;
  if (!line.startsWith('+')) hunk.before.push(line.slice(1));
  if (!line.startsWith('-')) hunk.after.push(line.slice(1));
}

/**
 * What the patched files become in the repository at `folder`, by their paths. Line numbers do not count: each hunk has
 * to fit in one place. Throws PatchRefused, naming the file, where it does not.
 */
export function patchedFiles({ name, changes }, folder) {
  return new Map(
    changes.map(({ file, hunks }) => [file, hunks.reduce(hunkIn(name, file), textOf(name, folder, file))]),
  );
}

const hunkIn =
  (name, file) =>
  (text, { before, after }) => {
    const [start, rest, ...more] = `\n${text}`.split(`\n${before.join('\n')}\n`);
    if (rest === undefined) throw new PatchRefused(`The patch "${name}" no longer applies to ${file}; adapt it.`);
    if (more.length > 0)
      throw new PatchRefused(`The patch "${name}" fits in several places of ${file}; give it more context.`);
    return `${start}\n${after.join('\n')}\n${rest}`.slice(1);
  };

function textOf(name, folder, file) {
  const path = join(folder, file);
  if (!existsSync(path)) throw new PatchRefused(`The patch "${name}" changes ${file}, which is not there; adapt it.`);
  return readFileSync(path, 'utf8');
}
