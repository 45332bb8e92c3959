import { UsageError } from '@rentalbook/cli';
import { NAMESPACE } from './cluster';
import type { Kubectl } from './kubectl';

/** The annotation of a namespace that drills may change and remove. Its value is the namespace's uid, which no manifest can know. */
const MARK = 'rentalbook/drills';

interface Namespace {
  readonly metadata: { readonly uid: string; readonly annotations?: Readonly<Record<string, string>> };
}

/** Whether the system's namespace exists; throws UsageError when it does, and drills did not create it and may not use it. */
export async function requireOwnership(kubectl: Kubectl): Promise<boolean> {
  const found = await kubectl.find<Namespace>(['get', 'namespace', NAMESPACE]);
  if (found === undefined) return false;
  const { uid, annotations } = found.metadata;
  if (annotations?.[MARK] === uid) return true;
  throw new UsageError(
    `The namespace "${NAMESPACE}" of the context "${kubectl.context}" was not created by drills, which change and remove what is in it; ` +
      `choose another cluster, or allow it: kubectl --context ${kubectl.context} annotate --overwrite namespace ${NAMESPACE} ${MARK}=${uid}`,
  );
}

/** Creates the system's namespace for drills. Throws KubectlFailed when there is one by now. */
export async function createOwned({ run, json }: Kubectl, manifest: string): Promise<void> {
  await run(['create', '--filename', '-'], manifest);
  const { uid } = (await json<Namespace>(['get', 'namespace', NAMESPACE])).metadata;
  await run(['annotate', 'namespace', NAMESPACE, `${MARK}=${uid}`]);
}
