import { KubectlFailed, type Kubectl } from '../../drills/support/kubectl';
import type { Manifest } from './manifest';

/** How a cluster gets the definitions of a group that is not Kubernetes' own, by the end of its name. */
const INSTALLED_BY: readonly (readonly [group: string, command: string])[] = [
  [
    'gateway.networking.k8s.io',
    'kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.3.0/standard-install.yaml',
  ],
  [
    'istio.io',
    'kubectl apply --server-side -f https://raw.githubusercontent.com/istio/istio/1.24.0/manifests/charts/base/files/crd-all.gen.yaml',
  ],
  [
    'monitoring.coreos.com',
    'kubectl apply --server-side -f https://github.com/prometheus-operator/prometheus-operator/releases/download/v0.85.0/stripped-down-crds.yaml',
  ],
];

/** The kinds of manifests, by the group and version that define them. */
export function kindsIn(manifests: readonly Manifest[]): ReadonlyMap<string, ReadonlySet<string>> {
  const kinds = new Map<string, Set<string>>();
  for (const { apiVersion, kind } of manifests)
    kinds.set(apiVersion, (kinds.get(apiVersion) ?? new Set<string>()).add(kind));
  return kinds;
}

/** What the API server has no definition of, with the command that brings it, as a sentence; undefined when it knows every kind. */
export async function missingDefinitions(
  kubectl: Pick<Kubectl, 'context' | 'run'>,
  kinds: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<string | undefined> {
  const missing: string[] = [];
  const remedies = new Set<string>();
  for (const [apiVersion, wanted] of kinds) {
    const known = await kindsOf(kubectl, apiVersion);
    const unknown = [...wanted].filter((kind) => !known.has(kind));
    if (unknown.length === 0) continue;
    missing.push(`${unknown.join(', ')} of ${apiVersion}`);
    const group = apiVersion.split('/')[0] ?? '';
    const remedy = INSTALLED_BY.find(([end]) => group.endsWith(end))?.[1];
    if (remedy !== undefined) remedies.add(remedy);
  }
  if (missing.length === 0) return undefined;
  const remedy = remedies.size > 0 ? `install them: ${[...remedies].join(' ; ')}` : 'use a newer cluster.';
  return `The cluster of the context "${kubectl.context}" has no definition of ${missing.join(', nor of ')}; ${remedy}`;
}

async function kindsOf({ run }: Pick<Kubectl, 'run'>, apiVersion: string): Promise<ReadonlySet<string>> {
  interface Resources {
    readonly resources: readonly { readonly kind: string }[];
  }
  try {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { resources } = JSON.parse(await run(['get', '--raw', path])) as Resources;
    return new Set(resources.map(({ kind }) => kind));
  } catch (error) {
    if (error instanceof KubectlFailed && error.message.includes('NotFound')) return new Set();
    throw error;
  }
}
