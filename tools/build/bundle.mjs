// Bundles each executable into one file; the caller chooses which, the target folder and the constants.
import { build, stop } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fail, root } from './prepare.mjs';
import { entriesOf, folderOf, services as names } from './services.mjs';

const ENTRY = join(root, 'tools/build/entry.cjs');
/** It ends a program that hangs; one that is starved of processor time by others takes a minute. */
const ENDS_WITHIN_MS = 300_000;

/** Sources are `entries` of `folder`; `starts` are those that have a process of their own, `isTraced` those that may send spans. */
export const services = names.map((name) => ({
  folder: `${folderOf(name)}/src`,
  entries: entriesOf(name),
  starts: true,
  isTraced: true,
}));
export const engines = ['kafka', 'mongo'].map((engine) => ({
  folder: `engines/${engine}/src`,
  entries: ['main'],
  starts: true,
}));

const dist = (folder, name) => join(folder.replace(/\/src$/, ''), 'dist', name);

/**
 * Binds what ES modules import from graphql once. Without it every one of the fifty importing files gets an object of its
 * own with a getter for each of the two hundred exports, at every start.
 */
const graphqlOnce = {
  name: 'graphql-once',
  setup({ onResolve, onLoad }) {
    const namespace = 'graphql-once';
    onResolve({ filter: /^graphql$/, namespace: 'file' }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'graphql', namespace } : undefined,
    );
    onLoad({ filter: /^graphql$/, namespace }, () => {
      const names = Object.keys(createRequire(import.meta.url)('graphql'));
      return { contents: `export const { ${names.join(', ')} } = require('graphql');`, resolveDir: root };
    });
  },
};

/**
 * Takes a digest from Node. `@apollo/utils.createhash` recognises Node by `module.require`, which a bundled module does not
 * have, and would compute each request's digest in JavaScript.
 */
const digestsOfNode = {
  name: 'digests-of-node',
  setup({ onResolve, onLoad }) {
    const namespace = 'digests-of-node';
    onResolve({ filter: /^sha\.js$/ }, () => ({ path: 'sha.js', namespace }));
    onLoad({ filter: /.*/, namespace }, () => ({ contents: `module.exports = require('node:crypto').createHash;` }));
  },
};

/**
 * The SDK of tracing stays out of the bundles, in a file of its own beside each: what sends no spans does not read it.
 */
const TRACING = 'packages/tracing/src/sdk.ts';
const TRACING_FILE = 'tracing';
const tracingApart = {
  name: 'tracing-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/sdk$/ }, ({ kind, resolveDir }) =>
      kind === 'dynamic-import' && join(resolveDir, 'sdk.ts') === join(root, TRACING)
        ? { path: `./${TRACING_FILE}.bundle.js`, external: true }
        : undefined,
    );
  },
};

/**
 * Bundles executables to `{target}/{the workspace}/dist/NAME.bundle.js`; what starts has a NAME.js beside it, which does.
 * `crashPoints` leaves the fault harness's crash points in; `sourceMaps` are for tools.
 */
export async function bundle(executables, { target = root, crashPoints = false, sourceMaps = true } = {}) {
  const missing = executables.flatMap(({ folder, entries }) =>
    entries.map((entry) => `${folder}/${entry}.ts`).filter((file) => !existsSync(join(root, file))),
  );
  if (missing.length > 0) fail(`Nothing was built: ${missing.join(', ')} is missing.`);
  const all = executables.flatMap(({ folder, entries, starts = false }) =>
    entries.map((entry) => ({
      ...{ source: join(root, folder, `${entry}.ts`), starts },
      out: dist(folder, entry),
    })),
  );
  const traced = executables.filter(({ isTraced = false }) => isTraced).map(({ folder }) => dist(folder, TRACING_FILE));
  // All in one go: what they have in common is read and parsed once.
  await build({
    entryPoints: [
      ...all.map(({ source, out }) => ({ in: source, out: `${out}.bundle` })),
      ...traced.map((out) => ({ in: join(root, TRACING), out: `${out}.bundle` })),
    ],
    outdir: target,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    keepNames: true,
    // No comment and no character beyond ASCII is left, so that V8 keeps the text at one byte a character: 12 MB less a
    // process. Names and lines stay, so a stack can be read; the map is for tools, for it takes 45 MB to have it loaded.
    minifyWhitespace: true,
    lineLimit: 160,
    legalComments: 'linked',
    sourcemap: sourceMaps && 'linked',
    loader: { '.graphql': 'text' },
    plugins: [graphqlOnce, digestsOfNode, tracingApart],
    // Code that comes from a cache cannot import; it can require.
    supported: { 'dynamic-import': false },
    // A call that does nothing goes, and the name of its crash point with it.
    define: { CRASH_POINTS: String(crashPoints) },
    minifySyntax: true,
    // Native code and static files cannot be bundled; both are for development only.
    external: ['libsql', 'altair-static'],
    logLevel: 'error',
  });
  // The compiler holds gigabytes until it ends.
  await stop();
  for (const { out } of all) nameOnlyWhatIsRenamed(join(target, `${out}.bundle.js`));
  await Promise.all(all.filter(({ starts }) => starts).map(({ out }) => makeStart(join(target, out))));
}

/** The helper of `keepNames`, as esbuild writes it. */
const NAMES = '__name=(target,value)=>__defProp(target,"name",{value,configurable:!0})';

/**
 * esbuild defines the name of every function and class again, each time that it is made, which costs a service 3 % of its
 * processor time. All but the few that the bundle renamed have their name already.
 */
function nameOnlyWhatIsRenamed(file) {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(NAMES)) fail(`${file} has no helper for names, or esbuild writes it in another form.`);
  writeFileSync(file, text.replace(NAMES, NAMES.replace('=>', '=>target.name===value?target:')));
}

/** Runs a program until it ends for want of its settings, to keep the code that V8 has of it by then. */
async function makeStart(path) {
  const kept = `${path}.bundle.js.cache`;
  rmSync(kept, { force: true });
  copyFileSync(ENTRY, `${path}.js`);
  const env = { KEEP_CODE_CACHE: '1', PORT: 'none' };
  const program = spawn(process.execPath, [`${path}.js`], { env, stdio: 'ignore', timeout: ENDS_WITHIN_MS });
  await once(program, 'exit');
  if (!existsSync(kept)) fail(`${path}.js has no settings, and does not end.`);
}
