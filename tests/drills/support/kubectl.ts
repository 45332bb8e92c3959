import { UsageError } from '@rentalbook/cli';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { startProgram, type Program } from './programs';

/** kubectl said no; the message is what it said. */
export class KubectlFailed extends Error {
  override readonly name = 'KubectlFailed';
}

/** kubectl, bound to one context: it cannot reach any other. */
export interface Kubectl {
  readonly context: string;
  /** Resolves to standard output; throws {@link KubectlFailed}. */
  run(args: readonly string[], input?: string): Promise<string>;
  json<Answer>(args: readonly string[]): Promise<Answer>;
  /** Like `json`; undefined when there is no such object. */
  find<Answer>(args: readonly string[]): Promise<Answer | undefined>;
  /** Starts what does not end by itself, such as a watch; calls back with each line of its standard output. */
  follow(args: readonly string[], onLine: (line: string) => void): Program;
}

export function kubectlFor(context: string): Kubectl {
  const run = (args: readonly string[], input?: string): Promise<string> =>
    kubectl(['--context', context, '--request-timeout=20s', ...args], input);
  const json = async <Answer>(args: readonly string[]): Promise<Answer> =>
    JSON.parse(await run([...args, '--output=json'])) as Answer;
  return {
    context,
    run,
    json,
    async find<Answer>(args: readonly string[]) {
      const found = await run([...args, '--ignore-not-found', '--output=json']);
      return found === '' ? undefined : (JSON.parse(found) as Answer);
    },
    follow: (args, onLine) => startProgram('kubectl', ['--context', context, ...args], { onLine }),
  };
}

/**
 * Runs kubectl in a process group of its own: Ctrl-C is for the drill, which then puts back what it changed, with kubectl.
 */
export async function kubectl(args: readonly string[], input = ''): Promise<string> {
  const child = spawn('kubectl', args, { detached: true });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', () => {
      reject(new UsageError('kubectl is not installed; install it.'));
    });
    child.on('close', resolve);
  });
  // What kubectl did not read, because it ended early, is told by its exit code.
  child.stdin.on('error', () => undefined).end(input);
  const [code, output, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code === 0) return output;
  throw new KubectlFailed(complaint.trim() || `kubectl ${args.join(' ')} ended with exit code ${String(code)}.`);
}
