import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The digest of texts and of what lies between them; `digestOf('ab', 'c')` is not `digestOf('a', 'bc')`. */
export const digestOf = (...texts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(texts)).digest('hex');

/** The digest of every file of a folder: names and contents. */
export function digestOfFolder(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  return digestOf(...files.flatMap((file) => [file.slice(folder.length), readFileSync(file, 'utf8')]));
}

/**
 * Keeps what a build printed until one of its inputs changes. `inputs` is the digest of what all builds have in common; what
 * was kept for another one is removed.
 */
export function keptBuilds(folder: string, inputs: string) {
  const kept = join(folder, inputs);
  mkdirSync(kept, { recursive: true });
  for (const other of readdirSync(folder))
    if (other !== inputs) rmSync(join(folder, other), { recursive: true, force: true });
  const fileOf = (build: string): string => join(kept, `${digestOf(build)}.yaml`);
  return {
    read(build: string): string | undefined {
      const file = fileOf(build);
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    },
    keep(build: string, output: string): string {
      // Another process may keep the same build: each writes a file of its own, and a name is there with all of its content.
      const written = `${fileOf(build)}.${String(process.pid)}`;
      writeFileSync(written, output);
      renameSync(written, fileOf(build));
      return output;
    },
  };
}
