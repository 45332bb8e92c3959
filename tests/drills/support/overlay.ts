import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { kubectl, type Kubectl } from './kubectl';

/** The overlay that drills work on, with development keys beside it. */
export const OVERLAY = 'k8s/overlays/local';

/** A change of the manifests whose kind and name match (regular expressions of kustomize). */
export interface Patch {
  readonly target: { readonly kind: string; readonly name?: string };
  /** JSON patch operations, or a part of the object that is merged into it. */
  readonly patch:
    | Readonly<Record<string, unknown>>
    | readonly {
        readonly op: 'add' | 'replace' | 'remove';
        readonly path: string;
        readonly value?: unknown;
      }[];
}

/** What is different from the local overlay, which stays the only source of manifests. */
export interface Variant {
  /** Folders of k8s/components. */
  readonly components?: readonly string[];
  readonly patches?: readonly Patch[];
}

/** The manifests of a variant, as text for `kubectl apply`. */
export async function buildVariant({ components = [], patches = [] }: Variant): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rentalbook-drill-')));
  const to = (path: string): string => relative(folder, realpathSync(path));
  try {
    writeFileSync(
      join(folder, 'kustomization.yaml'),
      stringify({
        apiVersion: 'kustomize.config.k8s.io/v1beta1',
        kind: 'Kustomization',
        resources: [to(OVERLAY)],
        components: components.map((component) => to(join('k8s/components', component))),
        patches: patches.map(({ target, patch }) => ({ target, patch: stringify(patch) })),
      }),
    );
    return await kubectl(['kustomize', folder]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As docs/deploy.md applies: the API server compares, so that what did not change is not written. */
export const APPLY = ['apply', '--server-side'];

/** Makes the cluster like the variant, or only its objects of one kind. */
export async function applyVariant({ run }: Kubectl, variant: Variant, kind?: string): Promise<void> {
  const manifests = await buildVariant(variant);
  // What a drill has changed by hand is put back, hence the force.
  await run(
    [...APPLY, '--force-conflicts', '--filename', '-'],
    kind === undefined ? manifests : ofKind(manifests, kind),
  );
}

/** The manifests of one kind, as text. */
export const ofKind = (manifests: string, kind: string): string =>
  manifests
    .split(/^---\n/m)
    .filter((manifest) => manifest.split('\n').includes(`kind: ${kind}`))
    .join('---\n');

/** A variant that has the changes of all. */
export const together = (...variants: readonly Variant[]): Variant => ({
  components: variants.flatMap(({ components = [] }) => components),
  patches: variants.flatMap(({ patches = [] }) => patches),
});

/**
 * A small node has room for one more pod while a Deployment is renewed, but not for all that the autoscalers may start;
 * and what a drill waits for must not come from a pod that happens to be started.
 */
export const withoutScaling: Variant = {
  patches: [
    {
      target: { kind: 'HorizontalPodAutoscaler' },
      patch: [{ op: 'replace', path: '/spec/maxReplicas', value: 1 }],
    },
  ],
};

/** A variant in which a service is away. */
export const without = (service: string): Variant => ({
  patches: [
    {
      target: { kind: 'Deployment', name: `^${service}$` },
      patch: [{ op: 'add', path: '/spec/replicas', value: 0 }],
    },
  ],
});

/** A variant in which a service has other settings. */
export const withSettings = (service: string, settings: Readonly<Record<string, string>>): Variant => ({
  patches: [
    {
      target: { kind: 'Deployment', name: `^${service}$` },
      patch: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: service },
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: 'service',
                  env: Object.entries(settings).map(([name, value]) => ({ name, value, valueFrom: null })),
                },
              ],
            },
          },
        },
      },
    },
  ],
});
