import type { Manifest } from './manifest';

interface Validated {
  validate(): void;
}
interface ModelClass {
  new (data: object): Validated;
  readonly prototype: Validated;
}

/** Where kubernetes-models keeps the class of an object. */
function modulePath({ apiVersion, kind }: Manifest): string {
  if (apiVersion.startsWith('gateway.networking.k8s.io/'))
    return `@kubernetes-models/gateway-api/${apiVersion}/${kind}`;
  const library = apiVersion.includes('istio.io/') ? '@kubernetes-models/istio' : 'kubernetes-models';
  return `${library}/${apiVersion}/${kind}`;
}

/**
 * The fields of an object that its schema does not have, as paths; throws when a field that it has is wrong.
 * kubernetes-models ships compiled validators, which pass over what they do not know: a field that the validator of the
 * whole object never reads is a field that no schema mentions.
 */
export async function unknownFields(manifest: Manifest): Promise<string[]> {
  const module = (await import(modulePath(manifest))) as Readonly<Record<string, ModelClass>>;
  const model = module[manifest.kind];
  if (model === undefined) throw new Error(`kubernetes-models has no ${manifest.apiVersion} ${manifest.kind}.`);
  const read = new Set<string>();
  Reflect.apply(model.prototype.validate, watch(new model(manifest), '', read), []);
  return paths(manifest, '').filter((path) => !read.has(path));
}

function watch<Target extends object>(target: Target, path: string, read: Set<string>): Target {
  return new Proxy(target, {
    get(object, key, receiver) {
      const value: unknown = Reflect.get(object, key, receiver);
      if (typeof key === 'symbol' || !Object.hasOwn(object, key)) return value;
      const here = `${path}/${key}`;
      read.add(here);
      return typeof value === 'object' && value !== null ? watch(value, here, read) : value;
    },
  });
}

function paths(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [`${path}/${key}`, ...paths(inner, `${path}/${key}`)]);
}
