// A lock file: the process that creates it holds the lock until it removes the file or ends.
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { identityOf, isRunning } from './process-identity.mjs';

const held = new Set();
process.on('exit', () => {
  for (const release of held) release();
});

/**
 * Takes the lock for this process and returns how to release it, or returns the process that has it. A lock of a process
 * that has ended, or that names none, is taken over. Throws the file system's error when the folder cannot be written.
 */
export function takeLock(file) {
  for (;;) {
    if (create(file)) return { release: releaseOf(file) };
    const { owner } = stateOf(file);
    if (owner) return { owner };
    removeAbandoned(file);
  }
}

/**
 * One process at a time removes what is abandoned, and reads it again first: between the first read and the removal
 * another process may have taken the lock.
 */
function removeAbandoned(file) {
  const guard = `${file}.abandoned`;
  if (!create(guard)) {
    if (stateOf(guard).isAbandoned) rmSync(guard, { force: true, recursive: true });
    return;
  }
  try {
    if (stateOf(file).isAbandoned) rmSync(file, { force: true, recursive: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

/** Whether the file was created, with this process in it. It appears whole: none is ever seen empty. */
function create(file) {
  const draft = `${file}.${process.pid}.${randomUUID()}`;
  try {
    writeFileSync(draft, JSON.stringify(identityOf(process.pid)));
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The running process that the file names as its owner, or that there is a file and no such process. */
function stateOf(file) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return { isAbandoned: error.code !== 'ENOENT' };
  }
  const owner = identityIn(text);
  return owner && isRunning(owner) ? { owner } : { isAbandoned: true };
}

function identityIn(text) {
  try {
    const { pid, startTime } = JSON.parse(text);
    return typeof pid === 'number' && typeof startTime === 'string' ? { pid, startTime } : undefined;
  } catch {
    return undefined;
  }
}

function releaseOf(file) {
  const release = () => {
    held.delete(release);
    if (stateOf(file).owner?.pid === process.pid) rmSync(file, { force: true });
  };
  held.add(release);
  return release;
}
