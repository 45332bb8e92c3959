import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { kubectl } from './kubectl';

/** The overlay that drills work on, with development keys beside it. */
export const OVERLAY = 'k8s/overlays/local';

/** A change of manifests: of those whose kind and name match (regular expressions of kustomize). */
export interface Patch {
  readonly target: { readonly kind: string; readonly name?: string };
  /** JSON patch operations. */
  readonly patch: readonly {
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
