import { runCommand, UsageError } from '@rentalbook/launcher/command';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { generatedFiles } from './generated-files';

const HELP = `Writes what is generated from the catalogues in packages/observability/src:
${Object.keys(generatedFiles).join('\n')}

  npm run observability
  npm run observability -- --check           says which of them is stale, and writes nothing
`;

const options = { check: { type: 'boolean', default: false } } as const;

runCommand(HELP, (args) => {
  const { check } = parseArgs({ args, options }).values;
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
  return Promise.resolve();
});

function committed(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
