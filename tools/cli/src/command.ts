import { ExplainedError, reported } from '@rentalbook/messaging/explained-error';
import { escapeUnprintable } from '@rentalbook/event-contracts/printable-text';

/** The command has invalid arguments or cannot do its work; the message is for the user. */
export class UsageError extends ExplainedError {
  override readonly name = 'UsageError';
}

/** For a command that takes no arguments: throws {@link UsageError} when there is one. */
export function refuseArguments(args: readonly string[]): void {
  if (args.length > 0) throw new UsageError(`"${args.join(' ')}" is not understood; the command takes no arguments.`);
}

/** Runs a command: `--help` prints help and exits 0, an expected fault is one sentence and exit 1. */
export function runCommand(help: string, work: (args: string[]) => Promise<void>): void {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return;
  }
  const run = async (): Promise<void> => work(args);
  run().catch((error: unknown) => {
    process.stderr.write(`${printed(sentence(error))}\n`);
    process.exitCode = 1;
    // Open handles must not keep a failed command alive.
    setImmediate(() => process.exit(1));
  });
}

/** Line by line: a message may quote any text. */
const printed = (text: string): string => text.split('\n').map(escapeUnprintable).join('\n');

function sentence(error: unknown): string {
  const isUnknownFlag = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  return isUnknownFlag ? `${error.message.split('. ')[0] ?? error.message}; see --help.` : reported(error);
}
