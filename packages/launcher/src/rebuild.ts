import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand, UsageError } from './command';
import { inheritedEnvironment, readEnvironment } from './environment';
import { readRunning } from './running-file';

const HELP = `Builds a service's read model anew from the events, beside the live one, and switches to it once both are the same.

  npm run rebuild -- mypage
  npm run rebuild -- mypage --verify-only    compare and report; never switch

Works on the system that "npm start" runs, or on the engines that KAFKA_BROKERS and MONGO_URL name. Reading and writing
go on meanwhile. Ctrl-C leaves the live page as it is. Progress goes to standard error; exit 1: refused, or they differ.
`;
const PROGRAM = resolve(__dirname, '../../../subgraphs/mypage/dist/rebuild.js');

runCommand(HELP, async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { 'verify-only': { type: 'boolean', default: false } },
  });
  const [name = '', ...more] = positionals;
  if (name !== 'mypage' || more.length > 0)
    throw new UsageError(`"${positionals.join(' ')}" cannot be rebuilt; use: npm run rebuild -- mypage`);

  const child = spawn(process.execPath, [PROGRAM, ...(values['verify-only'] ? ['--verify-only'] : [])], {
    env: { ...inheritedEnvironment(), ...engines() },
    stdio: 'inherit',
  });
  // Ctrl-C reaches the whole group: the child cleans up, and this process waits for it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.exitCode = await new Promise<number>((done, failed) => {
    child.on('error', failed);
    child.on('exit', (code) => {
      done(code ?? 1);
    });
  });
});

function engines(): Record<string, string> {
  const { RENTALBOOK_DATA, KAFKA_BROKERS, MONGO_URL, KAFKA_TOPIC } = readEnvironment();
  if (KAFKA_BROKERS !== undefined && MONGO_URL !== undefined) return { KAFKA_BROKERS, MONGO_URL, KAFKA_TOPIC };
  const running = readRunning(RENTALBOOK_DATA);
  if (!running?.ready)
    throw new UsageError(
      'rentalbook is not running; start it with "npm start", or set KAFKA_BROKERS and MONGO_URL to its engines.',
    );
  return { KAFKA_BROKERS: running.brokers, MONGO_URL: running.mongoUrl, KAFKA_TOPIC: running.topic };
}
