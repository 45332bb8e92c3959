// What the commands share that try things on a built system of their own: tests/faults and tests/security.
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { copyKeptBuild, prepare, root } from './prepare.mjs';

/**
 * Bundles the harness in `folder` into a folder of its own, which goes when the process ends; `target` is that folder, and
 * `main` what main.ts exports.
 */
export async function loadHarness(name, folder, entries) {
  const target = join(root, 'dist', `${name}-${process.pid}`);
  process.on('exit', () => rmSync(target, { recursive: true, force: true }));
  await prepare();
  await copyKeptBuild(`${name}-harness`, target, (kept) =>
    bundle([{ folder, entries }], { target: kept, sourceMaps: false }),
  );
  return { target, main: createRequire(import.meta.url)(join(target, folder, 'dist/main.bundle.js')) };
}

/** Copies programs as they were built by the ordinary build. */
export function copyOrdinaryBuild(programs, target) {
  for (const { folder } of programs) {
    const built = join(folder, '../dist');
    cpSync(join(root, built), join(target, built), { recursive: true, filter: (path) => !path.endsWith('.map') });
  }
}

/** The same promise for every caller. */
export function once(work) {
  let begun;
  return () => (begun ??= work());
}
