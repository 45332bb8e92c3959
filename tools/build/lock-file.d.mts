import type { ProcessIdentity } from './process-identity.mjs';

export function takeLock(
  file: string,
):
  | { readonly release: () => void; readonly owner?: never }
  | { readonly owner: ProcessIdentity; readonly release?: never };
