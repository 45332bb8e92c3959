// npm forwards SIGTERM to the shell that it runs a script in. A shell that has not replaced itself by the script dies of
// it without forwarding it, and nothing tells the script that npm is gone.
import { argumentsOf, identityOf, isRunning, parentOf, programOf } from './process-identity.mjs';

const POLL_EVERY_MS = 500;

/** Sends this process SIGTERM once the npm that started it, or the shell between the two, has ended. */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const starters = startersOf(process.pid).map(identityOf);
  const isLeft = wasLeftByNpm(process.pid);
  const poll = setInterval(() => {
    if (!isLeft && starters.every(isRunning)) return;
    clearInterval(poll);
    process.kill(process.pid, 'SIGTERM');
  }, POLL_EVERY_MS);
  poll.unref();
}

/**
 * Whether npm has ended before this process could look, as it does when it cannot write its first line: its shell runs,
 * and is no child of it. Other package managers have other names, and are not recognised.
 */
function wasLeftByNpm(pid) {
  const { npm_config_user_agent: agent = '', npm_lifecycle_script: script } = process.env;
  const parent = parentOf(pid);
  if (parent === undefined || !agent.startsWith('npm/')) return false;
  // What was given after "--" is appended to the script.
  const isShellOfNpm = argumentsOf(parent).slice(-2).join(' ').startsWith(`-c ${script}`);
  return isShellOfNpm && !programOf(parentOf(parent)).startsWith('npm');
}

/** The parent, and npm itself where the parent is npm's shell: further up is the user's shell, which may end before. */
function startersOf(pid) {
  const parent = parentOf(pid);
  if (parent === undefined) return [];
  const grandparent = parentOf(parent);
  const hasShell = !programOf(parent).startsWith('npm') && grandparent && programOf(grandparent).startsWith('npm');
  return hasShell ? [parent, grandparent] : [parent];
}
