// How every executable becomes one file of its own; whoever bundles says which, where to, and with what constants.
import { build, stop } from 'esbuild';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root } from './prepare.mjs';

export const services = [
  ...['subgraphs/book', 'subgraphs/reserve', 'subgraphs/rental', 'router'].map((folder) => ({
    folder: `${folder}/src`,
    entries: ['main'],
  })),
  { folder: 'subgraphs/mypage/src', entries: ['main', 'rebuild'] },
];
export const engines = [
  { folder: 'packages/embedded-kafka/src', entries: ['main'] },
  { folder: 'packages/embedded-mongo/src', entries: ['main'] },
];

/** Bundles executables to `{target}/{the workspace}/dist`; `crashPoints` leaves the fault harness's crash points in. */
export async function bundle(executables, { target = root, crashPoints = false } = {}) {
  const missing = executables.flatMap(({ folder, entries }) =>
    entries.map((entry) => `${folder}/${entry}.ts`).filter((file) => !existsSync(join(root, file))),
  );
  if (missing.length > 0) fail(`Nothing was built: ${missing.join(', ')} is missing.`);
  // All in one go: what they have in common is read and parsed once.
  await build({
    entryPoints: executables.flatMap(({ folder, entries }) =>
      entries.map((entry) => ({
        in: join(root, folder, `${entry}.ts`),
        out: join(folder.replace(/\/src$/, ''), 'dist', entry),
      })),
    ),
    outdir: target,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    keepNames: true,
    // No comment and no character beyond ASCII is left, so that V8 keeps the text at one byte a character: 12 MB less a
    // process. Names and lines stay, so a stack can be read; the map is for tools, for it takes 45 MB to have it loaded. Nobody
    // debugs a build with crash points.
    minifyWhitespace: true,
    lineLimit: 160,
    legalComments: 'linked',
    sourcemap: !crashPoints && 'linked',
    loader: { '.graphql': 'text' },
    // A call that does nothing goes, and the name of its crash point with it.
    define: { CRASH_POINTS: String(crashPoints) },
    minifySyntax: true,
    // Native code and static files cannot be bundled; both are for development only.
    external: ['libsql', 'altair-static'],
    logLevel: 'error',
  });
  // The compiler holds gigabytes until it is told to end.
  await stop();
}
