import { randomBytes } from 'node:crypto';
import { SERVICES, type Cluster } from './cluster';
import type { Patch, Variant } from './overlay';
import { missingImages } from './preflight';
import { EXTRA } from './restoring';
import type { Stage } from './stage';

/** The tag of the images of the release before, which docs/upgrading.md builds. */
const PREVIOUS = 'previous';
const imageOf = (service: string): string => `rentalbook/${service}:${PREVIOUS}`;

/** What the cluster lacks for a drill that begins with the release before. */
export async function lacksPrevious({ kubectl }: Cluster): Promise<string | undefined> {
  const missing = await missingImages(kubectl, SERVICES.map(imageOf));
  return missing.length === 0
    ? undefined
    : `a node has no image ${missing.join(', ')}, which docs/upgrading.md, "Trying it", builds`;
}

const settings = (name: string, value: string): Patch => ({
  target: { kind: 'ConfigMap', name: '^engines$' },
  patch: [{ op: 'replace', path: `/data/${name}`, value }],
});

/** This release as step 1 of an upgrade has it: it accepts what the release before publishes. */
export const upgraded: Variant = { patches: [settings('UNSIGNED_EVENTS', 'accept')] };

const previousOf = (services: readonly string[]): Variant => ({
  patches: [
    ...(upgraded.patches ?? []),
    ...services.map((service): Patch => ({
      target: { kind: 'Deployment', name: `^${service}$` },
      patch: [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: imageOf(service) }],
    })),
  ],
});

/** The release before, on the same engines. */
export const previous = previousOf(SERVICES);

/** The router of this release before subgraphs of the release before. */
export const routerFirst = previousOf(SERVICES.filter((service) => service !== 'gateway'));

const SECRET = 'identity';
const VERSION = 'signatures';

/** The secret that the services of the release before share. Both releases read it when a pod starts. */
export async function shareSecret({ cluster }: Stage): Promise<void> {
  await create(cluster, {
    kind: 'Secret',
    metadata: { name: SECRET },
    stringData: { 'identity-secret': randomBytes(32).toString('base64') },
  });
}

/** The version in which a pod that starts from here on signs. */
export async function signVersion({ cluster }: Stage, version: string): Promise<void> {
  await create(cluster, { kind: 'ConfigMap', metadata: { name: VERSION }, data: { version } });
}

/** Pods that start from here on have their keys alone. Resolves to whether anything was there. */
export async function forgetSecret({ cluster }: Stage): Promise<boolean> {
  return (await cluster.inside(['delete', `secret/${SECRET}`, `configmap/${VERSION}`, '--ignore-not-found'])) !== '';
}

async function create(
  cluster: Cluster,
  { metadata, ...rest }: { readonly metadata: { readonly name: string } } & Readonly<Record<string, unknown>>,
): Promise<void> {
  const object = { apiVersion: 'v1', ...rest, metadata: { ...metadata, labels: { [EXTRA]: '' } } };
  await cluster.inside(['apply', '--filename', '-'], JSON.stringify(object));
}
