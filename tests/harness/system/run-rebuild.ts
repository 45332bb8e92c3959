import type { Program } from '@rentalbook/cli';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';

/** Rebuilds MyPage as `npm run rebuild` does; resolves to its exit code and what it printed. */
export async function runRebuild(
  { script, env }: Program,
  more: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ readonly exitCode: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [join(dirname(script), 'rebuild.js')], { env: { ...env, ...more }, signal });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, said };
}
