import { sign, verify } from 'node:crypto';
import { createSeal, MAC_BYTES } from './seal';
import type { AcceptedKeys, SigningKey } from './signing-keys';

/** The content of a signed text, and the service that signed it. */
export interface Opened {
  readonly value: unknown;
  /** Undefined for a text of version 1, which any holder of the shared secret can make. */
  readonly by: string | undefined;
}

/** Signs values for other services, and verifies values of theirs. */
export interface SignedTexts {
  sign(value: unknown): string;
  /** Undefined for a text that no accepted key signed for this purpose. */
  open(text: string): Opened | undefined;
}

/**
 * Version 1 is an HMAC with a secret that all services share, version 2 an Ed25519 signature of one service. Both are
 * opened where there are keys for them; one is written.
 */
export interface SignatureParts {
  readonly version: 1 | 2;
  /** Of version 1, the first of them signs; none where that version is not in use. */
  readonly secrets: () => readonly string[];
  readonly signingKey?: (() => SigningKey) | undefined;
  readonly acceptedKeys: () => AcceptedKeys;
}

/** The signed bytes; those of two purposes differ, because a purpose and a kid have no dot. */
export const signedBytes = (purpose: string, kid: string, payload: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`2.${purpose}.${kid}.`), Buffer.from(payload)]);

const FORM = /^2\.([\w-]+)\.([\w-]+)\.([\w-]{86})$/;

/** `purpose` keeps a text signed for one use from being accepted for another. */
export function createSignedTexts(parts: SignatureParts, purpose: string): SignedTexts {
  const { version, secrets, signingKey, acceptedKeys } = parts;
  const seal = createSeal(secrets, purpose);

  return {
    sign(value) {
      if (version === 1) return seal.seal(value);
      if (!signingKey) throw new Error('this service has no key to sign with');
      const { kid, privateKey } = signingKey();
      const payload = Buffer.from(JSON.stringify(value)).toString('base64url');
      return `2.${kid}.${payload}.${sign(null, signedBytes(purpose, kid, payload), privateKey).toString('base64url')}`;
    },

    open(text) {
      if (!text.includes('.')) {
        const value = seal.open(text);
        return value === undefined ? undefined : { value, by: undefined };
      }
      const [, kid = '', payload = '', signature = ''] = FORM.exec(text) ?? [];
      const key = acceptedKeys().get(kid);
      if (!key) return undefined;
      if (!verify(null, signedBytes(purpose, kid, payload), key.publicKey, Buffer.from(signature, 'base64url')))
        return undefined;
      return { value: JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as unknown, by: key.service };
    },
  };
}

/** The content of a signed text of either version, by any signer; undefined where it cannot be read. */
export function unverifiedContent(text: string): unknown {
  const [, , payload] = FORM.exec(text) ?? [];
  const bytes =
    payload === undefined ? Buffer.from(text, 'base64url').subarray(MAC_BYTES) : Buffer.from(payload, 'base64url');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
