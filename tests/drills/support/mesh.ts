import type { Variant } from './overlay';
import { EXTRA, MESH_KINDS } from './restoring';

/** The local overlay inside the mesh. Its objects are marked, so that they go with the drill. */
export const inTheMesh: Variant = {
  components: ['istio'],
  patches: Object.keys(MESH_KINDS).map((kind) => ({
    target: { kind },
    patch: [{ op: 'add', path: '/metadata/labels', value: { [EXTRA]: '' } }],
  })),
};
