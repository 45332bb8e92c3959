// Which process a process id stands for. The operating system gives ids out again, so an id that was written down means
// its process only together with the time at which that process started.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Where the start time is among the fields of /proc/PID/stat that follow the command, see proc_pid_stat(5). */
const STATE = 0;
const PARENT = 1;
const START_TIME = 19;
const ENDED = ['Z', 'X'];

/** When the process started, as text that no other process of that id has; undefined when there is no such process. */
export function startTimeOf(pid) {
  if (!Number.isInteger(pid) || pid < 1 || !exists(pid)) return undefined;
  // Where neither is to be had, as on Windows, the id alone has to do.
  if (process.platform !== 'linux') return ask(pid, 'lstart') ?? 'unknown';
  const fields = statOf(pid);
  if (!fields) return exists(pid) ? 'unknown' : undefined;
  return ENDED.includes(fields[STATE]) ? undefined : `${bootId()} ${fields[START_TIME]}`;
}

/** Whether the process that was written down still runs. */
export const isRunning = ({ pid, startTime }) => startTime !== undefined && startTimeOf(pid) === startTime;

/** What {@link isRunning} recognizes a process by later on. */
export const identityOf = (pid) => ({ pid, startTime: startTimeOf(pid) });

/** The process id of a process's parent, and the name of its program; undefined when it cannot be found out. */
export function parentOf(pid) {
  const parent = Number(process.platform === 'linux' ? statOf(pid)?.[PARENT] : ask(pid, 'ppid'));
  return parent > 0 ? parent : undefined;
}

export function programOf(pid) {
  if (process.platform !== 'linux') return ask(pid, 'comm') ?? '';
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** The command line of a process; empty where it cannot be found out with its parts. */
export function argumentsOf(pid) {
  if (process.platform !== 'linux') return [];
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

/** Also true for a process of another user. */
function exists(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command is in parentheses and may hold spaces and parentheses itself.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** Start times count from the start of the machine, so they mean something only together with it. */
function bootId() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

function ask(pid, field) {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const { status, stdout } = spawnSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8', env });
  return status === 0 ? stdout.trim() || undefined : undefined;
}
