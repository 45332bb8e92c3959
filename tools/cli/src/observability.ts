import { allBoards, askAll, generatedFiles } from '@rentalbook/observability/generated';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { runCommand, UsageError } from './command';
import { commandLines } from './command-lines';

const HELP = `Writes what is generated from the catalogues in packages/observability/src:
${Object.keys(generatedFiles).join('\n')}

  npm run observability
  npm run observability -- --check           says which of them is stale, and writes nothing
  npm run observability -- --queries URL     asks the Prometheus at URL every query of every panel
`;

runCommand(HELP, async (args) => {
  const { check, queries } = commandLines.observability(args);
  if (queries !== undefined) {
    await tryQueries(queries);
    return;
  }
  const stale = Object.entries(generatedFiles).filter(([path, content]) => committed(path) !== content());
  if (check && stale.length > 0)
    throw new UsageError(`${stale.map(([path]) => path).join(', ')}: stale; run "npm run observability" and commit.`);
  for (const [path, content] of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content());
  }
  process.stdout.write(
    check ? 'All generated files are fresh.\n' : `${String(stale.length)} generated files were written.\n`,
  );
});

function committed(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Each query has to be understood, and to find something unless its panel says when there is nothing. */
async function tryQueries(prometheus: string): Promise<void> {
  if (!URL.canParse(prometheus))
    throw new UsageError(`"${prometheus}" is no address; give one like http://127.0.0.1:9090.`);
  const answers = await askAll(allBoards, prometheus).catch((error: unknown) => {
    throw new UsageError(
      `No Prometheus answers at ${prometheus} (${String(error)}); start one that reads the services' metrics.`,
    );
  });
  const failed = answers.filter(({ found, emptyWhen }) => found === 0 && emptyWhen === undefined);
  const refused = answers.filter(({ found }) => typeof found === 'string');
  for (const { board, panel, found, expr } of [...failed, ...refused])
    process.stdout.write(`${board}, ${panel}: ${found === 0 ? 'nothing found' : String(found)}: ${expr}\n`);
  const empty = answers.filter(({ found, emptyWhen }) => found === 0 && emptyWhen !== undefined);
  for (const reason of new Set(empty.map(({ emptyWhen }) => emptyWhen)))
    process.stdout.write(
      `${String(empty.filter(({ emptyWhen }) => emptyWhen === reason).length)} queries find nothing, as ${String(reason)}.\n`,
    );
  const bad = failed.length + refused.length;
  process.stdout.write(`${String(answers.length - bad)} passed, ${String(bad)} failed\n`);
  if (bad > 0) process.exitCode = 1;
}
