import { newSigningKey } from '@rentalbook/service-kit/signing-keys';
import { eventually, type System } from '@rentalbook/test-kit';
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signers, subgraphs } from '../../../tools/services';

const READ_AGAIN = 'that have changed were read again';

/** A file that appears whole, as a mounted Secret does. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/**
 * Changes every key, secret and password that a system of `npm start` has, in the steps of docs/upgrading.md; each resolves once every
 * process has read it, for which there has to be load on all of them.
 */
export function rotateEverything(system: Pick<System, 'dataDir' | 'output'>) {
  const folder = join(system.dataDir, 'keys');
  const own = (name: string): string => join(folder, 'development', name);
  const fresh = signers.map((service) => {
    const { kid, privateKey, publicKey } = newSigningKey();
    const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
    const secret = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return { accepted: own(`public/${service}.pem`), signing: own(`${service}.signing-key.pem`), kid, pem, secret };
  });
  const secrets = subgraphs.map((service) => {
    const file = own(`${service}.cursor-secret`);
    return { file, before: readFileSync(file, 'utf8').trim(), after: randomBytes(32).toString('base64') };
  });
  const passwords = readdirSync(join(folder, 'engines')).map((name) => join(folder, 'engines', name));
  const issuer = { ...generateKeyPairSync('ed25519'), kid: randomUUID() };
  const named = { kid: issuer.kid, alg: 'EdDSA', use: 'sig' };
  const publicJwk = { ...issuer.publicKey.export({ format: 'jwk' }), ...named };
  const keySet = join(folder, 'jwks.json');
  const issued = (JSON.parse(readFileSync(keySet, 'utf8')) as { readonly keys: readonly object[] }).keys;

  /** Waits until so many processes say that they have read what is at the place now. */
  const untilRead = async (places: readonly (readonly [place: string, processes: number])[], change: () => void) => {
    const times = (place: string): number =>
      system
        .output()
        .split('\n')
        .filter((line) => line.includes(READ_AGAIN) && line.includes(place)).length;
    const before = places.map(([place]) => times(place));
    change();
    for (const [index, [place, processes]] of places.entries())
      await eventually(() => times(place) >= (before[index] ?? 0) + processes, { what: `${place} being read` });
  };
  const cursorFiles = secrets.map(({ file }) => [file, 1] as const);

  return {
    /** What is new is accepted beside what is in use. */
    announce: () =>
      // The folder may be read between two of its files: what names the last key has all of them.
      untilRead([[fresh.at(-1)?.kid ?? '', subgraphs.length], ...cursorFiles, [keySet, 1]], () => {
        for (const { accepted, pem } of fresh) replace(accepted, readFileSync(accepted, 'utf8') + pem);
        for (const { file, before, after } of secrets) replace(file, `${before}\n${after}\n`);
        replace(keySet, JSON.stringify({ keys: [...issued, publicJwk] }));
      }),

    /** What is new is used; what was before is accepted still. */
    use: () =>
      untilRead([...fresh.map(({ signing }) => [signing, 1] as const), ...cursorFiles], () => {
        for (const { signing, secret } of fresh) replace(signing, secret);
        for (const { file, before, after } of secrets) replace(file, `${after}\n${before}\n`);
        // Engines and services have the same file, and read it at each login.
        for (const file of passwords) replace(file, `${randomBytes(32).toString('base64url')}\n`);
        const jwk = { ...issuer.privateKey.export({ format: 'jwk' }), ...named };
        replace(join(folder, 'signing-key.json'), JSON.stringify(jwk));
      }),

    /** What was before is accepted no more, but for the keys of events that the topic keeps. */
    withdraw: () =>
      untilRead([[own('public'), subgraphs.length], ...cursorFiles, [keySet, 1]], () => {
        for (const { accepted, pem } of fresh.slice(0, 1)) replace(accepted, pem);
        for (const { file, after } of secrets) replace(file, `${after}\n`);
        replace(keySet, JSON.stringify({ keys: [publicJwk] }));
      }),
  };
}
