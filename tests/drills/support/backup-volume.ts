import { NAMESPACE } from './cluster';
import { EXTRA } from './restoring';
import type { Stage } from './stage';

const NAME = 'rentalbook-drill-backups';
const PATH = '/var/tmp/rentalbook-drill-backups';
const CLAIM = 'backups';
const READY_WITHIN_MS = 60_000;

interface Volume {
  readonly metadata: { readonly deletionTimestamp?: string };
}
interface StorageClasses {
  readonly items: readonly { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } }[];
}

/** A cluster that can give a volume needs none; where it has no default StorageClass, a folder of a node is one until the drill's additions go. */
export async function provideBackupVolume(stage: Stage): Promise<void> {
  const { kubectl } = stage.cluster;
  const { items } = await kubectl.json<StorageClasses>(['get', 'storageclasses']);
  const isDefault = 'storageclass.kubernetes.io/is-default-class';
  if (items.some(({ metadata }) => metadata.annotations?.[isDefault] === 'true')) return;
  const found = (): Promise<Volume | undefined> => kubectl.find<Volume>(['get', 'persistentvolume', NAME]);
  const before = await found();
  if (before && before.metadata.deletionTimestamp === undefined) return;
  await stage.until(async () => (await found()) === undefined, {
    withinMs: READY_WITHIN_MS,
    what: 'the end of a volume of before',
  });
  await makeFolder(stage);
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: NAME, labels: { [EXTRA]: '' } },
    spec: {
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      claimRef: { namespace: NAMESPACE, name: CLAIM },
      hostPath: { path: PATH, type: 'DirectoryOrCreate' },
    },
  };
  await kubectl.run(['create', '--filename', '-'], JSON.stringify(volume));
}

/** Empties the folder on the node and lets any user write it; the system's own namespace admits no such pod. */
async function makeFolder({ cluster, until }: Stage): Promise<void> {
  const { run, find } = cluster.kubectl;
  const script = `const { chmodSync, readdirSync, rmSync } = require('node:fs');
    for (const name of readdirSync('/backups')) rmSync('/backups/' + name, { recursive: true });
    chmodSync('/backups', 0o777);`;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: NAME, namespace: 'default', labels: { [EXTRA]: '' } },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      containers: [
        {
          name: 'folder',
          image: 'rentalbook/tools:local',
          imagePullPolicy: 'IfNotPresent',
          command: ['node', '--eval', script],
          securityContext: { runAsUser: 0, runAsGroup: 0 },
          volumeMounts: [{ name: 'backups', mountPath: '/backups' }],
        },
      ],
      volumes: [{ name: 'backups', hostPath: { path: PATH, type: 'DirectoryOrCreate' } }],
    },
  };
  const remove = ['--namespace', 'default', 'delete', 'pod', NAME, '--ignore-not-found', '--grace-period=1'];
  await run(remove);
  await run(['create', '--filename', '-'], JSON.stringify(pod));
  try {
    await until(
      async () => {
        const found = await find<{ readonly status: { readonly phase: string } }>([
          ...['get', 'pod', NAME, '--namespace', 'default'],
        ]);
        return found?.status.phase === 'Succeeded';
      },
      { withinMs: READY_WITHIN_MS, what: 'a folder for backups on the node' },
    );
  } finally {
    await run(remove);
  }
}
