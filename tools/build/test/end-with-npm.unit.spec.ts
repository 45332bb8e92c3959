import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const MODULE = pathToFileURL(join(__dirname, '../end-with-npm.mjs')).href;
/** A script as npm runs it; the command after it keeps any shell from replacing itself by the first. */
const SCRIPT = `"${process.execPath}" --input-type=module --eval "
  const { endWithNpm } = await import('${MODULE}');
  process.on('SIGTERM', () => process.exit(7));
  endWithNpm();
  process.stdin.on('end', () => process.exit(8)).resume();
  console.log('started');
"; exit $?`;

// Elsewhere a process cannot see the command line of its parent.
const onLinux = process.platform === 'linux' ? it : it.skip;

/** The exit code of the script, whose input ends only with `endInput`. */
async function codeOf(agent: string, { endInput }: { readonly endInput: boolean }): Promise<unknown> {
  const env = { npm_lifecycle_event: 'start', npm_lifecycle_script: SCRIPT, npm_config_user_agent: agent };
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(shell, 'exit');
  await once(shell.stdout, 'data');
  if (endInput) shell.stdin.end();
  const [code] = (await exited) as [unknown];
  return code;
}

onLinux('a command ends when npm had ended before it began, and its shell had not', async () => {
  expect(await codeOf('npm/10.8.2 node/v20.19.0 linux x64', { endInput: false })).toBe(7);
});

onLinux('a command of another package manager goes on beside its shell', async () => {
  expect(await codeOf('pnpm/9.1.0 npm/? node/v20.19.0 linux x64', { endInput: true })).toBe(8);
});
