import { clusterOf } from './cluster';
import { collectorOfMesh } from './mesh-tracing';

/** A cluster whose mesh has the extension providers, and whose Service of a collector leads to the addresses. */
const clusterWith = (mesh: string | undefined, ...addresses: readonly string[]) =>
  clusterOf({
    context: 'test',
    run: () => Promise.reject(new Error('not used')),
    json: <Answer>() => Promise.resolve({ items: [{ endpoints: [{ addresses }] }] } as Answer),
    find: <Answer>() => Promise.resolve((mesh === undefined ? undefined : { data: { mesh } }) as Answer | undefined),
    follow: () => {
      throw new Error('not used');
    },
  });

const provider = (name: string, rest = ', http: { path: /v1/traces }'): string =>
  `extensionProviders: [{ name: ${name}, opentelemetry: { service: otlp.istio-system.svc.cluster.local, port: 4318${rest} } }]`;

describe('where the mesh sends its spans', () => {
  it('is an address of this machine, where the drill can listen', async () => {
    expect(await collectorOfMesh(clusterWith(provider('otlp'), '192.0.2.1', '127.0.0.1'))).toEqual({
      host: '127.0.0.1',
      port: 4318,
    });
  });

  it.each([
    ['without a configuration', clusterWith(undefined)],
    ['with another provider', clusterWith(provider('zipkin'))],
    ['with a provider that sends by gRPC', clusterWith(provider('otlp', ''))],
  ])('is nowhere %s', async (_name, cluster) => {
    expect(await collectorOfMesh(cluster)).toMatch(/no extension provider "otlp"/);
  });

  it('is named when it is elsewhere', async () => {
    expect(await collectorOfMesh(clusterWith(provider('otlp'), '192.0.2.1'))).toBe(
      'its mesh sends spans to 192.0.2.1, which is not this machine',
    );
  });
});
