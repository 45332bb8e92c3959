import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ESBUILD = join('node_modules', 'esbuild', 'bin', 'esbuild');
const MOST_BYTES = 32 * 1024 * 1024;

/** A program of this repository as one text for `node -`: a pod holds no packages. */
export async function bundled(entry: string): Promise<string> {
  const options = ['--bundle', '--platform=node', '--target=node20', '--format=cjs', '--log-level=error'];
  return (await promisify(execFile)(ESBUILD, [entry, ...options], { maxBuffer: MOST_BYTES })).stdout;
}
