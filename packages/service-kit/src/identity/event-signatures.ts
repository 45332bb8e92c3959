import type { SignedRecord } from '@rentalbook/messaging';
import { LRUCache } from 'lru-cache';
import { sign, verify } from 'node:crypto';
import { signedBytes, type SignatureParts } from './signed-text';

const PURPOSE = 'event';
/** A service reads its own events soon after it published them. */
const OWN_AT_MOST = 256;
const FORM = /^2\.([\w-]+)\.([\w-]{86})$/;

/**
 * Signs the events of a service, `2.kid.signature` over its name, the key and the value, and finds who signed those of
 * others. A service without a key signs none.
 */
export function createEventSignatures(
  { signingKey, acceptedKeys }: SignatureParts,
  service: string,
  takesUnsigned: boolean,
) {
  // JSON delimits the key, whatever characters it contains.
  const covered = (kid: string, source: string, { key, value }: SignedRecord): Buffer =>
    signedBytes(PURPOSE, kid, Buffer.concat([Buffer.from(JSON.stringify([source, key])), Buffer.from(value)]));
  /** What this process has signed and not read yet: it needs no verification, which takes four times as long as signing. */
  const own = new LRUCache<string, Buffer>({ max: OWN_AT_MOST });
  const isOwn = (signature: string, bytes: Buffer): boolean => {
    const signed = own.get(signature);
    own.delete(signature);
    return signed?.equals(bytes) === true;
  };
  return {
    checks: acceptedKeys().size > 0,
    takesUnsigned,

    sign: signingKey
      ? (record: SignedRecord): string => {
          const { kid, privateKey } = signingKey();
          const bytes = covered(kid, service, record);
          const signature = `2.${kid}.${sign(null, bytes, privateKey).toString('base64url')}`;
          own.set(signature, bytes);
          return signature;
        }
      : undefined,

    signerOf(signature: string, record: SignedRecord): string | undefined {
      const [, kid = '', bytes = ''] = FORM.exec(signature) ?? [];
      const key = acceptedKeys().get(kid);
      if (!key) return undefined;
      const signed = covered(kid, key.service, record);
      const fits = isOwn(signature, signed) || verify(null, signed, key.publicKey, Buffer.from(bytes, 'base64url'));
      return fits ? key.service : undefined;
    },
  };
}
