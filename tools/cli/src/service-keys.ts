import { DEVELOPMENT_MARK } from '@rentalbook/service-kit/signing-keys';
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { signers, subgraphs, type SubgraphName } from '../../services';

/** Services with NODE_ENV=production refuse keys for development. */
export type KeyMode = 'development' | 'production';

export const keyModeFor = (nodeEnv: string): KeyMode => (nodeEnv === 'production' ? 'production' : 'development');

/** Where the keys and secrets of the services are; a service is given its own and the folder of public keys. */
export interface ServiceKeys {
  readonly publicDir: string;
  readonly signingKeyFiles: Readonly<Record<(typeof signers)[number], string>>;
  readonly cursorSecretFiles: Readonly<Record<SubgraphName, string>>;
}

/** Creates missing files by `createOnce`, which resolves a race of two creators and returns the text that is in the file. */
export function ensureServiceKeys(
  folder: string,
  mode: KeyMode,
  createOnce: (file: string, make: () => string) => string,
): ServiceKeys {
  const publicDir = join(folder, 'public');
  const marked = (text: string): string => (mode === 'development' ? `${DEVELOPMENT_MARK}\n${text}` : text);
  const signingKeyFile = (service: string): string => {
    const file = join(folder, `${service}.signing-key.pem`);
    const pem = createOnce(file, () =>
      marked(String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))),
    );
    createOnce(join(publicDir, `${service}.pem`), () =>
      marked(String(createPublicKey(pem).export({ type: 'spki', format: 'pem' }))),
    );
    return file;
  };
  const cursorSecretFile = (service: string): string => {
    const file = join(folder, `${service}.cursor-secret`);
    createOnce(file, () => `${mode === 'development' ? 'development-' : ''}${randomBytes(32).toString('base64url')}\n`);
    return file;
  };
  return {
    publicDir,
    signingKeyFiles: byName(signers, signingKeyFile),
    cursorSecretFiles: byName(subgraphs, cursorSecretFile),
  };
}

const byName = <Name extends string>(names: readonly Name[], value: (name: Name) => string): Record<Name, string> =>
  Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, string>;
