import { KubectlFailed } from '../drills/support/kubectl';
import { kindsIn, missingDefinitions } from './support/definitions';
import type { Manifest } from './support/manifest';

const manifest = (apiVersion: string, kind: string): Manifest => ({ apiVersion, kind, metadata: { name: 'one' } });

/** A cluster that knows these kinds, by group and version. */
const clusterWith = (known: Readonly<Record<string, readonly string[]>>) => ({
  context: 'here',
  run: ([, , path = '']: readonly string[]) => {
    const kinds = known[path];
    return kinds
      ? Promise.resolve(JSON.stringify({ resources: kinds.map((kind) => ({ kind })) }))
      : Promise.reject(new KubectlFailed('Error from server (NotFound): the server could not find the resource'));
  },
});
const manifests = [
  manifest('v1', 'Service'),
  manifest('networking.istio.io/v1', 'Gateway'),
  manifest('gateway.networking.k8s.io/v1', 'Gateway'),
  manifest('gateway.networking.k8s.io/v1', 'HTTPRoute'),
];

describe('what manifests need a cluster to define', () => {
  it('is nothing that it knows', async () => {
    const cluster = clusterWith({
      '/api/v1': ['Service'],
      '/apis/networking.istio.io/v1': ['Gateway'],
      '/apis/gateway.networking.k8s.io/v1': ['HTTPRoute', 'Gateway'],
    });
    expect(await missingDefinitions(cluster, kindsIn(manifests))).toBeUndefined();
  });

  it('is named with the command that brings it, in one sentence', async () => {
    const cluster = clusterWith({ '/api/v1': ['Service'], '/apis/gateway.networking.k8s.io/v1': ['Gateway'] });
    expect(await missingDefinitions(cluster, kindsIn(manifests))).toMatch(
      /^The cluster of the context "here" has no definition of Gateway of networking\.istio\.io\/v1, nor of HTTPRoute of gateway\.networking\.k8s\.io\/v1; install them: kubectl apply --server-side -f \S+crd-all\S+ ; kubectl apply --server-side -f \S+standard-install\.yaml$/,
    );
  });

  it('is a newer cluster where Kubernetes itself lacks it', async () => {
    expect(await missingDefinitions(clusterWith({}), kindsIn([manifest('batch/v1', 'CronJob')]))).toBe(
      'The cluster of the context "here" has no definition of CronJob of batch/v1; use a newer cluster.',
    );
  });

  it('is not known where the cluster does not answer', async () => {
    const cluster = { context: 'here', run: () => Promise.reject(new KubectlFailed('Unable to connect')) };
    await expect(missingDefinitions(cluster, kindsIn(manifests))).rejects.toThrow('Unable to connect');
  });
});
