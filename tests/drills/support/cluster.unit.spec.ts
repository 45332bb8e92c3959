import { clusterOf } from './cluster';
import type { Kubectl } from './kubectl';

/** kubectl of a cluster that has the objects, by kind and name. */
function kubectlWith(objects: Readonly<Record<string, unknown>>): Kubectl {
  const find = (args: readonly string[]): unknown =>
    objects[args.slice(args.indexOf('get') + 1, args.indexOf('get') + 3).join(' ')];
  return {
    context: 'test',
    run: () => Promise.reject(new Error('not used')),
    json: async <Answer>(args: readonly string[]) => Promise.resolve(find(args) as Answer),
    find: async <Answer>(args: readonly string[]) => Promise.resolve(find(args) as Answer | undefined),
    follow: () => {
      throw new Error('not used');
    },
  };
}

const node = { status: { addresses: [{ type: 'InternalIP', address: '10.0.0.2' }] } };
const service = (type: string, ...ports: object[]) => ({ spec: { type, ports }, status: {} });
const router = service('LoadBalancer', { port: 8080, nodePort: 31000 });
const entrance = service('NodePort', { port: 15021, nodePort: 30021 }, { port: 80, nodePort: 30080 });

describe('the router’s address', () => {
  it.each([
    ['is its own node port without the mesh', { 'service gateway': router }, 'http://10.0.0.2:31000/graphql'],
    [
      'is the entrance’s where the mesh lets nothing else in',
      { 'service gateway': service('ClusterIP', { port: 8080 }), 'service istio-ingressgateway': entrance },
      'http://10.0.0.2:30080/graphql',
    ],
    ['is unknown without either', { 'service gateway': service('ClusterIP', { port: 8080 }) }, undefined],
  ])('%s', async (_name, objects, url) => {
    const cluster = clusterOf(kubectlWith({ ...objects, nodes: { items: [node] } }));
    expect(await cluster.routerUrl()).toBe(url);
  });
});
