import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change, Place } from './mounted-keys';
import { signers, subgraphs } from '../../../tools/services';

const OWN_KEYS = 'own-keys';
const MOUNTED = '/etc/rentalbook';

/** A folder with a key or secret of every kind, as `npm run k8s:secrets` makes it. */
type KeyFolder = string;

const text = (folder: KeyFolder, file: string): string => readFileSync(join(folder, 'keys', file), 'utf8');
const publicKey = (folder: KeyFolder, signer: string): string => text(folder, `production/public/${signer}.pem`);
const jwks = (...folders: readonly KeyFolder[]): string =>
  JSON.stringify({
    keys: folders.flatMap((folder) => (JSON.parse(text(folder, 'jwks.json')) as { readonly keys: object[] }).keys),
  });
const deploymentOf = (signer: string): string => (signer === 'router' ? 'gateway' : signer);

/** Which keys are in use: of each folder, in this order. */
interface InUse {
  /** The one that signs. */
  readonly signs: KeyFolder;
  /** Those of which identities are accepted, and cursors, of which the first seals. */
  readonly accepted: readonly KeyFolder[];
  /** Those of which events are accepted: the topic keeps what was signed long ago. */
  readonly acceptedForEvents: readonly KeyFolder[];
}

/** Every object of the cluster that holds keys, as it is while these are in use. */
export function keysInUse({ signs, accepted, acceptedForEvents }: InUse): readonly Change[] {
  const secrets = (service: string): string =>
    accepted.map((folder) => text(folder, `production/${service}.cursor-secret`).trim()).join('\n');
  return [
    {
      service: 'book',
      volume: 'service-keys',
      content: Object.fromEntries(
        signers.map((signer) => [
          `${signer}.pem`,
          (signer === 'router' ? accepted : acceptedForEvents).map((folder) => publicKey(folder, signer)).join('\n'),
        ]),
      ),
    },
    ...[...new Set<string>([...signers, ...subgraphs])].map((service) => ({
      service: deploymentOf(service),
      volume: OWN_KEYS,
      content: {
        ...(isOf(signers, service) && { 'signing-key.pem': text(signs, `production/${service}.signing-key.pem`) }),
        ...(isOf(subgraphs, service) && { 'cursor-secret': secrets(service) }),
      },
    })),
    { service: 'gateway', volume: 'keys', content: { 'jwks.json': jwks(...accepted) } },
  ];
}

/** The router alone with another key. */
export const routersKey = (signs: KeyFolder): Change => ({
  service: 'gateway',
  volume: OWN_KEYS,
  content: { 'signing-key.pem': text(signs, 'production/router.signing-key.pem') },
});

const isOf = (names: readonly string[], name: string): boolean => names.includes(name);

/** Where services read their keys. */
export const signingPlaces: readonly Place[] = signers.map((signer) => ({
  service: deploymentOf(signer),
  path: `${MOUNTED}/${OWN_KEYS}/signing-key.pem`,
}));
export const acceptingPlaces: readonly Place[] = [
  ...subgraphs.flatMap((service) => [
    { service, path: `${MOUNTED}/service-keys` },
    { service, path: `${MOUNTED}/${OWN_KEYS}/cursor-secret` },
  ]),
  { service: 'gateway', path: `${MOUNTED}/keys/jwks.json` },
];
