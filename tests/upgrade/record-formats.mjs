// Records the private formats of a release, as its own code writes them with known keys at a known time:
//
//   git worktree add ../release COMMIT && node tests/upgrade/record-formats.mjs ../release
//
// writes tests/upgrade/recorded/COMMIT.formats.json. The packages of this checkout are used where the release has none installed.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import known from './known-values.cjs';

const here = dirname(fileURLToPath(import.meta.url));
const [checkout] = process.argv.slice(2);
if (checkout === undefined) {
  process.stderr.write('Name a checkout of the release: node tests/upgrade/record-formats.mjs FOLDER\n');
  process.exit(1);
}
const release = resolve(checkout);
const kit = join(release, 'packages/service-kit/src');

/** Of releases whose services shared one secret. */
const ONE_SECRET = `
  import { createIdentitySigner } from './identity';
  import { createSeal } from './seal';
  import { createConsistencyTokens } from './consistency-token';
  import { createPager } from './pagination';
  export const formats = async ({ secret, caller, bodies, positions, list, row }) => {
    const signer = createIdentitySigner(secret);
    const pager = createPager(createSeal(secret, 'cursor'), list);
    const { edges } = pager.connection(pager.page({ first: 1 }), [row], (at) => at);
    return {
      1: {
        identity: signer.sign(caller, bodies.query),
        anonymous: signer.sign(null, bodies.query),
        returnsIdentity: signer.sign({ memberId: caller.memberId, name: caller.memberId, roles: [] }, bodies.returns),
        token: createConsistencyTokens(createSeal(secret, 'consistency')).token(positions),
        cursor: edges[0].cursor,
      },
    };
  };`;

/** Of releases whose services have a key each. */
const A_KEY_EACH = `
  import { createIdentitySigner } from './identity/identity';
  import { createSignedTexts } from './identity/signed-text';
  import { createEventSignatures } from './identity/event-signatures';
  import { signingKeyFrom } from './identity/signing-keys';
  import { createSeal } from './identity/seal';
  import { createConsistencyTokens } from './consistency/consistency-token';
  import { createPager } from './graphql/pagination';
  export const formats = async ({ secret, cursorSecret, pems, caller, bodies, positions, list, row, record }) => {
    const written = async (version) => {
      const of = (service) => ({
        version,
        secrets: () => [secret],
        signingKey: () => signingKeyFrom(pems[service], false),
        acceptedKeys: () => new Map(),
      });
      const signer = (service) => createIdentitySigner(createSignedTexts(of(service), 'subgraph-identity'));
      const query = { audience: 'book', path: '/graphql', body: bodies.query };
      const returns = { audience: 'reserve', path: '/internal/returns', body: bodies.returns };
      const pager = createPager(createSeal(() => [version === 1 ? secret : cursorSecret], 'cursor'), list);
      const { edges } = await pager.connection({ first: 1 }, () => Promise.resolve([row]), (at) => at);
      return {
        identity: signer('router').sign(caller, query),
        anonymous: signer('router').sign(null, query),
        returnsIdentity: signer('rental').sign({ memberId: caller.memberId, name: caller.memberId, roles: [] }, returns),
        token: createConsistencyTokens(createSignedTexts(of('reserve'), 'consistency')).token(positions),
        cursor: edges[0].cursor,
        eventSignature: createEventSignatures(of('reserve'), 'reserve', false).sign(record),
      };
    };
    return { 1: await written(1), 2: await written(2) };
  };`;

const { outputFiles } = await build({
  stdin: {
    contents: existsSync(join(kit, 'identity/signed-text.ts')) ? A_KEY_EACH : ONE_SECRET,
    resolveDir: kit,
  },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  write: false,
  nodePaths: [join(here, '../../node_modules')],
});
const require = createRequire(import.meta.url);
Date.now = () => known.AT;
require('node:crypto').randomUUID = () => known.ID;
const module = { exports: {} };
new Function('module', 'require', outputFiles[0].text)(module, require);
const formats = await module.exports.formats(known);

const commit = execFileSync('git', ['-C', release, 'rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' }).trim();
const text = JSON.stringify({ release: commit, formats });
const target = join(here, 'recorded', `${commit}.formats.json`);
writeFileSync(target, await format(text, { parser: 'json', printWidth: 120 }));
process.stdout.write(`Recorded ${target}\n`);
