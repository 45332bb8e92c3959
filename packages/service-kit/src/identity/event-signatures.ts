import { sign, verify } from 'node:crypto';
import { signedBytes, type SignatureParts } from './signed-text';

/** A record of the topic, as its source wrote it. */
interface SignedRecord {
  readonly key: string;
  readonly value: string | Buffer;
}

const PURPOSE = 'event';
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
  return {
    checks: acceptedKeys().size > 0,
    takesUnsigned,

    sign: signingKey
      ? (record: SignedRecord): string => {
          const { kid, privateKey } = signingKey();
          return `2.${kid}.${sign(null, covered(kid, service, record), privateKey).toString('base64url')}`;
        }
      : undefined,

    signerOf(signature: string, record: SignedRecord): string | undefined {
      const [, kid = '', bytes = ''] = FORM.exec(signature) ?? [];
      const key = acceptedKeys().get(kid);
      if (!key) return undefined;
      const fits = verify(null, covered(kid, key.service, record), key.publicKey, Buffer.from(bytes, 'base64url'));
      return fits ? key.service : undefined;
    },
  };
}
