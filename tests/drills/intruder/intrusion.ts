import { signingKeyFrom, type SigningKey } from '@rentalbook/service-kit/signing-keys';
import { keyOf } from '@rentalbook/test-kit/signatures';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundled } from '../support/bundle';
import { knockAt, type Door } from '../support/doors';
import { bar } from '../support/drill';
import { OVERLAY } from '../support/overlay';
import type { Stage } from '../support/stage';
import type { Findings, Orders } from './orders';

const KEYS = join(OVERLAY, 'keys', 'production');
const PASSWORDS = join(OVERLAY, 'keys', 'engines');
const MOUNTED = '/etc/rentalbook';

/** Runs in the pod: prints the digests of all that its files and its environment hold. */
const POSSESSIONS = `
  const { createHash } = require('node:crypto');
  const { existsSync, readdirSync, readFileSync, statSync } = require('node:fs');
  const filesOf = (place) => existsSync(place) ? readdirSync(place).map((name) => place + '/' + name)
    .flatMap((path) => statSync(path).isDirectory() ? filesOf(path) : [path]) : [];
  const texts = [...filesOf('${MOUNTED}').map((file) => readFileSync(file, 'utf8')), ...Object.values(process.env)];
  const digest = (text) => createHash('sha256').update(text.trim()).digest('hex');
  process.stdout.write(JSON.stringify({
    digests: texts.map(digest),
    account: existsSync('/var/run/secrets/kubernetes.io/serviceaccount/token'),
  }));
`;

/** A pod that was taken over: what it holds, and what its place in the network allows. */
export interface Intrusion {
  /** What the pod has to sign with. */
  readonly key: SigningKey;
  readonly cursorSecret: string;
  /** The private keys, secrets and passwords of others that it holds, by their files' names. */
  foreignKeys(): Promise<readonly string[]>;
  /** Whether it holds an account of the cluster. */
  hasAccount(): Promise<boolean>;
  hasMongoUser(): Promise<boolean>;
  /** The servers that answer it. */
  reached(doors: readonly Door[]): Promise<readonly string[]>;
  /** Runs what came with the intruder. */
  carryOut(orders: Orders): Promise<Findings>;
}

/** Takes over a pod of the service. */
export async function takeOver({ cluster }: Stage, service: string): Promise<Intrusion> {
  const [pod] = await cluster.readyPods(service);
  bar(pod !== undefined, `no pod of ${service} is ready`);
  const { name } = pod.metadata;
  const contentOf = (file: string): Promise<string> =>
    cluster.node(name, `process.stdout.write(require('node:fs').readFileSync('${MOUNTED}/own-keys/${file}', 'utf8'))`);
  const possessions = async () =>
    JSON.parse(await cluster.node(name, POSSESSIONS)) as { digests: string[]; account: boolean };
  return {
    key: signingKeyFrom(await contentOf('signing-key.pem'), true),
    cursorSecret: (await contentOf('cursor-secret')).trim(),
    async foreignKeys() {
      const { digests } = await possessions();
      const secrets = [KEYS, PASSWORDS].flatMap((folder) =>
        readdirSync(folder)
          .filter(
            (file) => /\.(signing-key\.pem|cursor-secret|password)$/.test(file) && !file.startsWith(`${service}.`),
          )
          .map((file) => ({ file, digest: digestOf(join(folder, file)) })),
      );
      return secrets.filter(({ digest }) => digests.includes(digest)).map(({ file }) => file);
    },
    hasAccount: async () => (await possessions()).account,
    hasMongoUser: async () =>
      (await cluster.node(name, `process.stdout.write(String('MONGO_USERNAME' in process.env))`)) === 'true',
    reached: async (doors) => JSON.parse(await cluster.node(name, knockAt(doors))) as string[],
    async carryOut(orders) {
      const program = await bundled('tests/drills/intruder/main.ts');
      // Beside the service, in its container's memory.
      const node = ['exec', '--stdin', name, '--container', 'service', '--', 'node', '--max-old-space-size=64', '-'];
      return JSON.parse(await cluster.inside([...node, JSON.stringify(orders)], program)) as Findings;
    },
  };
}

const digestOf = (file: string): string => createHash('sha256').update(readFileSync(file, 'utf8').trim()).digest('hex');

/** The key that a service of the local overlay signs with. */
export const overlayKeyOf = (service: 'router' | 'reserve'): SigningKey =>
  keyOf({ dataDir: OVERLAY, keyMode: 'production' }, service);
