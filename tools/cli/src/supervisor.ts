import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createPauses, doubling, pause, type Bounds } from '@rentalbook/timing';
import type { LogLines } from './log-lines';
import type { Program } from './service-table';

/** A program that is not one of ours. */
export interface Executable {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
type Startable = Program | Executable;

const commandOf = (program: Startable): readonly [command: string, args: readonly string[]] =>
  'command' in program
    ? [program.command, program.args]
    : [process.execPath, [`--max-semi-space-size=${String(program.semiSpaceMiB)}`, program.script]];

export interface SupervisorOptions {
  readonly log: LogLines;
  readonly env: NodeJS.ProcessEnv;
  /** Called whenever a process was started. */
  readonly onStarted: () => void;
  /** Whether a program that keeps ending soon after its start is hopeless; one that has worked before is not. */
  readonly mayGiveUp: () => boolean;
  /** Called once when a program keeps failing at its start and trying again is of no use. */
  readonly onHopeless: (program: Pick<Startable, 'name'>, lastWords: string) => void;
  /** Milliseconds before a program that ended is started again, growing while it keeps ending. */
  readonly pausesMs?: Bounds;
}

const BACK_OFF_MS = { first: 200, most: 5_000 };
/** A process that lived this long had started; later exits are counted from zero again. */
const SETTLED_MS = 10_000;
const HOPELESS_AFTER = 5;
const SHORT_LIFE_MS = 5_000;

/** Keeps programs running: one that ends is started again, with growing pauses, until it is stopped. */
export function createSupervisor(options: SupervisorOptions) {
  const { log, mayGiveUp, onHopeless, pausesMs = BACK_OFF_MS } = options;
  const children = new Map<string, ChildProcess>();
  const loops: Promise<void>[] = [];
  const stopping = new AbortController();
  const dismissed = new Set<string>();
  const isStopping = (): boolean => stopping.signal.aborted;
  const isDismissed = ({ name }: Startable): boolean => isStopping() || dismissed.has(name);

  const keepRunning = async (program: Startable): Promise<void> => {
    const pauses = createPauses(doubling(pausesMs));
    let shortLives = 0;
    while (!isDismissed(program)) {
      const startedAt = performance.now();
      const { reason, lastWords } = await runOnce(program, options, children);
      if (isDismissed(program)) return;
      const lived = performance.now() - startedAt;
      shortLives = lived < SHORT_LIFE_MS ? shortLives + 1 : 0;
      if (shortLives >= HOPELESS_AFTER && mayGiveUp()) {
        onHopeless(program, lastWords || reason);
        return;
      }
      if (lived > SETTLED_MS) pauses.reset();
      const againInMs = pauses.next();
      log.print(program.name, 'warn', `ended (${reason}); starting again in ${String(againInMs)} ms`);
      await pause(againInMs, { signal: stopping.signal });
    }
  };

  const end = async (programs: readonly Startable[], withinMs: number): Promise<void> => {
    const alive = programs.flatMap(({ name }) => children.get(name) ?? []);
    const ended = Promise.all(alive.filter((child) => !hasEnded(child)).map((child) => once(child, 'exit')));
    for (const child of alive) child.kill('SIGTERM');
    const inTime = await Promise.race([ended.then(() => true), pause(withinMs, { holds: false }).then(() => false)]);
    if (inTime) return;
    for (const child of alive) child.kill('SIGKILL');
    await ended;
  };

  return {
    start(programs: readonly Startable[]): void {
      for (const program of programs) {
        dismissed.delete(program.name);
        loops.push(keepRunning(program));
      }
    },

    /** The ids of the running processes. */
    pids: (): Readonly<Record<string, number>> =>
      Object.fromEntries([...children].flatMap(([name, { pid }]) => (pid === undefined ? [] : [[name, pid]]))),

    /** Ends groups one after another, each with SIGTERM and, when its time is over, with SIGKILL. */
    async stop(
      groups: readonly { readonly programs: readonly Startable[]; readonly withinMs: number }[],
    ): Promise<void> {
      stopping.abort();
      for (const { programs, withinMs } of groups) await end(programs, withinMs);
      await Promise.all(loops);
    },

    /** Ends one program, as {@link stop} would, and leaves the others running. */
    async dismiss(program: Startable, withinMs: number): Promise<void> {
      dismissed.add(program.name);
      await end([program], withinMs);
    },

    killAll(): void {
      stopping.abort();
      for (const child of children.values()) child.kill('SIGKILL');
    },
  };
}

/** Runs a program until it ends. */
async function runOnce(
  program: Startable,
  { env, log, onStarted }: SupervisorOptions,
  children: Map<string, ChildProcess>,
): Promise<{ reason: string; lastWords: string }> {
  // A group of its own: a Ctrl-C in the terminal reaches the launcher alone, which stops the rest in order.
  const [command, args] = commandOf(program);
  const child = spawn(command, args, {
    env: { ...env, ...program.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  children.set(program.name, child);
  onStarted();
  let lastWords = '';
  if (child.stdout)
    createInterface(child.stdout).on('line', (line) => {
      log.show(program.name, line);
    });
  if (child.stderr)
    createInterface(child.stderr).on('line', (line) => {
      lastWords = line;
      log.show(program.name, line);
    });
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return { reason: signal ?? `exit code ${String(code)}`, lastWords };
  } catch (error) {
    // The machine has no room for one more process right now.
    return { reason: error instanceof Error ? error.message : String(error), lastWords };
  } finally {
    children.delete(program.name);
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;
