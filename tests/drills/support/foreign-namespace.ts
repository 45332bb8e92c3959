import { EXTRA } from './restoring';
import type { Stage } from './stage';

/** The name that the broker's namespace had once, and that another team may use. */
export const FOREIGN = 'kafka';
const THEIRS = 'theirs';

/** Every object of a namespace of another team, as it is. */
export async function foreignObjects({ cluster }: Stage): Promise<string> {
  const kinds = 'configmaps,secrets,services,serviceaccounts,networkpolicies,statefulsets,deployments';
  const { kubectl } = cluster;
  const inside = await kubectl.run(['--namespace', FOREIGN, 'get', kinds, '--output=json', '--sort-by=.metadata.uid']);
  return `${await kubectl.run(['get', 'namespace', FOREIGN, '--output=json'])}${inside}`;
}

/** The ConfigMaps that the cluster itself, or its mesh, puts into every namespace, such as certificates, as "configmap/NAME". */
export async function clusterObjects({ cluster }: Stage): Promise<ReadonlySet<string>> {
  const names = await cluster.kubectl.run(['--namespace', FOREIGN, 'get', 'configmaps', '--output=name']);
  return new Set(names.split('\n').filter((name) => name !== `configmap/${THEIRS}`));
}

/** A namespace of another team, unless the cluster has one; the drill removes what it created. */
export async function withForeignNamespace<Result>(stage: Stage, work: () => Promise<Result>): Promise<Result> {
  const { run, find } = stage.cluster.kubectl;
  if ((await find(['get', 'namespace', FOREIGN])) !== undefined) return work();
  await run(['create', 'namespace', FOREIGN]);
  try {
    const metadata = { namespace: FOREIGN, labels: { app: 'my-kafka', [EXTRA]: '' } };
    const items = [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, name: THEIRS }, data: { key: 'value' } },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { ...metadata, name: 'my-kafka' },
        spec: { podSelector: {}, policyTypes: ['Ingress'] },
      },
    ];
    await run(['apply', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    let seen = '';
    // Controllers of the cluster and of a mesh add their own objects in the first moments.
    await stage.until(
      async () => {
        const before = seen;
        seen = await foreignObjects(stage);
        return seen === before && seen.includes('"kube-root-ca.crt"');
      },
      { withinMs: 30_000, everyMs: 1_000, what: 'the objects of a new namespace' },
    );
    return await work();
  } finally {
    await run(['delete', 'namespace', FOREIGN, '--wait=false']);
    // To its end: what comes next would take a namespace that is going for one of another team.
    await stage.until(async () => (await find(['get', 'namespace', FOREIGN])) === undefined, {
      withinMs: 120_000,
      what: 'the end of the namespace',
    });
  }
}
