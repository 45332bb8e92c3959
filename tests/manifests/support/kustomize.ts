import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { digestOf, digestOfFolder, keptBuilds } from './kept-builds';
import type { Manifest } from './manifest';
import { services, subgraphs } from '../../../tools/services';

const root = join(__dirname, '..', '..', '..');

/** Building manifests takes kubectl, which a laptop need not have; `.ci/run` has it. */
const version = spawnSync('kubectl', ['version', '--client'], { encoding: 'utf8' });
export const hasKubectl = version.status === 0;

/** A choice of components on the base, in the order they are applied. */
export interface Combination {
  readonly name: string;
  readonly components: readonly string[];
}

/** MongoDB comes as one of two, or from elsewhere; every other component of the cluster's own may be there or not. */
const STORES = [['mongo-standalone'], ['mongo-replica-set'], []];
const OPTIONAL = ['kafka', 'network-policies', 'monitoring', 'istio'];
/** Each stands for an engine outside the cluster; what they patch is the network policies' and the Deployments'. */
const OUTSIDE = ['kafka-auth', 'mongo-auth'];
const DEMONSTRATIONS = ['wrong-liveness-port', 'no-readiness', 'one-connection', 'plain-http', 'original-scaling'].map(
  (name) => `seed-demo/${name}`,
);

const subsets = <Item>(items: readonly Item[]): Item[][] =>
  items.reduce<Item[][]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]]);

const named = (components: readonly string[]): Combination => ({
  name: components.join(' + ') || 'the base alone',
  components,
});

/** The stack that watches, by itself and beside what its network policies and annotations have to fit. */
export const observed: readonly Combination[] = [
  [],
  ['network-policies', 'monitoring'],
  ['network-policies', 'istio'],
  ['network-policies', 'monitoring', 'ingress'],
].map((chosen) => named(['mongo-standalone', 'kafka', ...chosen, 'observability']));

/** The alerts as an object that only Prometheus's operator defines: an API server that has its definitions judges it. */
export const withOperator = named(['mongo-standalone', 'kafka', 'monitoring', 'prometheus-operator']);

/**
 * Every set of components. What only patches is built where it has most to patch: the engines outside together, with and
 * without the rest, and one beside an engine of the cluster; an Ingress in the place of the mesh; each demonstration on the
 * fullest set.
 */
export const combinations: readonly Combination[] = [
  ...observed,
  ...[
    ...STORES.flatMap((store) => subsets(OPTIONAL).map((chosen) => [...store, ...chosen])),
    ...subsets([['network-policies'], ['monitoring', 'istio']]).map((chosen) => [...chosen.flat(), ...OUTSIDE]),
    ['mongo-replica-set', 'network-policies', 'monitoring', 'istio', 'kafka-auth'],
    ['kafka', 'network-policies', 'monitoring', 'istio', 'mongo-auth'],
    ['mongo-standalone', 'kafka', 'network-policies', 'monitoring', 'ingress'],
    ['mongo-standalone', 'kafka', 'network-policies', 'monitoring', 'gateway-api'],
    ['mongo-standalone', 'network-policies', 'kafka-elsewhere'],
    ...subsets([['cache'], ['identity-provider', 'gateway-api']])
      .filter((chosen) => chosen.length > 0)
      .flatMap((chosen) => [chosen.flat(), ['network-policies', ...chosen.flat()]])
      .map((chosen) => ['mongo-standalone', 'kafka', ...chosen]),
    ['mongo-standalone', 'network-policies', 'cache', 'kafka-elsewhere', 'istio'],
    ['tools', 'backup', 'network-policies', 'cache', ...OUTSIDE, 'cache-auth', 'identity-provider', 'ingress'],
    ['tools', 'backup', 'mongo-replica-set', 'network-policies', 'kafka'],
    ['tools', 'backup', 'mongo-standalone', 'kafka'],
    ['tools', 'demo', 'mongo-standalone', 'kafka', 'network-policies'],
    ['tools', 'mongo-standalone', 'mongo-standalone-users', 'kafka'],
    ['tools', 'network-policies', ...OUTSIDE],
    ['mongo-standalone', 'kafka', 'engine-volumes'],
    ['tools', 'mongo-standalone', 'mongo-standalone-users', 'kafka', 'network-policies', 'engine-volumes'],
    ['mongo-standalone', ...OPTIONAL, 'istio-tracing'],
    ...DEMONSTRATIONS.map((demonstration) => ['mongo-standalone', ...OPTIONAL, demonstration]),
  ].map(named),
];

/** Does something with each of many, as many at once as there are cores; the results come in the order of what they are of. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...items.entries()];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return results;
}

const MOST_OUTPUT_BYTES = 16 * 1024 * 1024;

/** A copy of k8s/ with development keys of no worth, in which combinations can be written and built. */
export function openWorkbench() {
  const folder = mkdtempSync(join(tmpdir(), 'rentalbook-manifests-'));
  const k8s = join(folder, 'k8s');
  cpSync(join(root, 'k8s'), k8s, { recursive: true });
  const keys = join(k8s, 'overlays/local/keys');
  rmSync(keys, { recursive: true, force: true });
  mkdirSync(join(keys, 'production/public'), { recursive: true });
  for (const service of services)
    for (const file of ['signing-key.pem', 'cursor-secret']
      .map((name) => `${service}.${name}`)
      .concat(`public/${service}.pem`))
      writeFileSync(join(keys, 'production', file), 'of no worth');
  writeFileSync(join(keys, 'jwks.json'), '{"keys":[]}');
  writeFileSync(join(keys, 'signing-key.json'), 'of no worth');
  mkdirSync(join(keys, 'engines'));
  for (const user of [...subgraphs, 'operator'])
    writeFileSync(join(keys, 'engines', `${user}.password`), 'of no worth');
  // Combinations share most of their objects; kubectl ends before it has any use for collecting garbage.
  const read = new Map<string, Manifest>();
  const manifestIn = (text: string): Manifest => {
    const manifest = read.get(text) ?? (parse(text) as Manifest);
    read.set(text, manifest);
    return manifest;
  };
  const manifestsIn = (output: string): Manifest[] => output.split(/^---\n/m).map(manifestIn);
  const options = { encoding: 'utf8', maxBuffer: MOST_OUTPUT_BYTES, env: { ...process.env, GOGC: 'off' } } as const;
  let count = 0;
  // What kubectl prints depends on its version, the copy and what is written into the copy.
  const builds = keptBuilds(join(root, 'dist/manifests'), digestOf(version.stdout, digestOfFolder(k8s)));
  let written = '';
  return {
    overlay(name: string): Manifest[] {
      const build = digestOf('overlay', name, written);
      return manifestsIn(
        builds.read(build) ??
          builds.keep(build, execFileSync('kubectl', ['kustomize', join(k8s, 'overlays', name)], options)),
      );
    },
    overlays: readdirSync(join(k8s, 'overlays')),
    /** Puts a file of its own into the copy. */
    write(path: string, content: object): void {
      mkdirSync(dirname(join(k8s, path)), { recursive: true });
      writeFileSync(join(k8s, path), stringify(content));
      written = digestOf(written, path, stringify(content));
    },
    async combination({ components }: Combination): Promise<Manifest[]> {
      const path = join(k8s, 'combinations', String((count += 1)));
      const to = (target: string): string => relative(path, join(k8s, target));
      const kustomization = stringify({
        apiVersion: 'kustomize.config.k8s.io/v1beta1',
        kind: 'Kustomization',
        resources: [to('base')],
        components: components.map((component) => to(join('components', component))),
      });
      const build = digestOf('combination', kustomization, written);
      const known = builds.read(build);
      if (known !== undefined) return manifestsIn(known);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'kustomization.yaml'), kustomization);
      const { stdout } = await promisify(execFile)('kubectl', ['kustomize', path], options);
      return manifestsIn(builds.keep(build, stdout));
    },
    close: (): void => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
