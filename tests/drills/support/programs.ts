import { UsageError } from '@rentalbook/cli';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ProgramOptions {
  /** Called with each line of its standard output. */
  readonly onLine?: (line: string) => void;
  /** Settings beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A program that goes on until it is ended. */
export interface Program {
  /** Throws UsageError when it has ended by itself, with the last line of its complaint. */
  check(): void;
  end(): Promise<void>;
}

/** Starts a program in a process group of its own: Ctrl-C is for the drill, which then ends it. */
export function startProgram(command: string, args: readonly string[], options: ProgramOptions = {}): Program {
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  let complaint = '';
  let failure: Error | undefined;
  let isEnding = false;
  createInterface(child.stdout).on('line', (line) => options.onLine?.(line));
  createInterface(child.stderr).on('line', (line) => {
    complaint = line;
  });
  const closed = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      failure = error;
      resolve();
    });
    child.on('close', (code) => {
      if (!isEnding) failure = new UsageError(`${command} ended with exit code ${String(code)}: ${complaint}`);
      resolve();
    });
  });
  return {
    check() {
      if (failure) throw failure;
    },
    async end() {
      isEnding = true;
      child.kill();
      await closed;
    },
  };
}

/** Remembers a program, so that it ends with the work. */
export type Keep = (program: Program) => Program;

/** Does something with programs of this machine, and ends them, however that ends. */
export async function withPrograms<Result>(work: (keep: Keep) => Promise<Result>): Promise<Result> {
  const kept: Program[] = [];
  try {
    return await work((program) => {
      kept.push(program);
      return program;
    });
  } finally {
    for (const program of kept.reverse()) await program.end();
  }
}
