import { bar } from './drill';
import { EXTRA } from './restoring';
import type { Stage } from './stage';

const READ_AGAIN = 'keys or secrets that have changed were read again';
/** A kubelet that has a reason to look brings a change within seconds; a service reads it within one more. */
const READ_WITHIN_MS = 60_000;

interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName: string };
  readonly configMap?: { readonly name: string };
}

/** New content of an object that pods of a service mount: by the volume, the keys with their texts. */
export interface Change {
  readonly service: string;
  readonly volume: string;
  readonly content: Readonly<Record<string, string>>;
}

/** A file or folder of a service's pods, as its log names it. */
export interface Place {
  readonly service: string;
  readonly path: string;
}

/**
 * Changes the objects in place, has the kubelet update the mounts, and waits until each pod has read each place again.
 * `stir` has the services use their keys, which is when they check the files.
 */
export async function changeKeys(
  stage: Stage,
  changes: readonly Change[],
  places: readonly Place[],
  stir: () => Promise<void>,
): Promise<void> {
  const before = await Promise.all(places.map(async (place) => readings(stage, place)));
  for (const change of changes) await applyChange(stage, change);
  let missing: readonly Place[] = places;
  await stage.until(
    async () => {
      // Again each time: a kubelet that has not seen the change yet would come back to it only a minute later.
      await showKubelet(stage);
      await stir();
      const now = await Promise.all(places.map(async (place) => readings(stage, place)));
      missing = places.filter((_place, at) => (now[at] ?? 0) <= (before[at] ?? 0));
      return missing.length === 0;
    },
    {
      withinMs: READ_WITHIN_MS,
      what: () => `that ${missing.map(({ service, path }) => `${service} reads ${path}`).join(', ')}`,
    },
  );
}

/** Gives the kubelet a reason to look at the mounts of each pod. */
export const showKubelet = ({ cluster }: Stage): Promise<string> =>
  cluster.inside(['annotate', 'pods', '--all', '--overwrite', `${EXTRA}-keys=${String(Date.now())}`]);

export async function applyChange({ cluster }: Stage, { service, volume, content }: Change): Promise<void> {
  interface Workload {
    readonly spec: { readonly template: { readonly spec: { readonly volumes: readonly Volume[] } } };
  }
  const kind = service === 'mongo' ? 'statefulset' : 'deployment';
  const workload = JSON.parse(await cluster.inside(['get', kind, service, '--output=json'])) as Workload;
  const { secret, configMap } = workload.spec.template.spec.volumes.find(({ name }) => name === volume) ?? {};
  if (secret) {
    await cluster.inside(['patch', 'secret', secret.secretName, '--patch', JSON.stringify({ stringData: content })]);
    return;
  }
  bar(configMap !== undefined, `${service} mounts no ${volume}`);
  await cluster.inside(['patch', 'configmap', configMap.name, '--patch', JSON.stringify({ data: content })]);
}

/** How often each pod of a service has read a place again, the one that has the fewest. */
async function readings({ cluster }: Stage, { service, path }: Place): Promise<number> {
  const logs = await Promise.all(
    (await cluster.readyPods(service)).map(({ metadata }) =>
      cluster.inside(['logs', metadata.name, '--container=service']),
    ),
  );
  const counts = logs.map(
    (log) => log.split('\n').filter((line) => line.includes(READ_AGAIN) && line.includes(`"${path}"`)).length,
  );
  return Math.min(...counts);
}
