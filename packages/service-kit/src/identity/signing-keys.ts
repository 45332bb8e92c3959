import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A service's signing key. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** A public key, and the service whose signatures it verifies. */
export interface AcceptedKey {
  readonly service: string;
  readonly publicKey: KeyObject;
}

/** Every accepted key by its `kid`: a service has several while its key is rotated. */
export type AcceptedKeys = ReadonlyMap<string, AcceptedKey>;

/** A key cannot be used. The message is the rest of a sentence about it: the fault and the remedy. */
export class UnfitKey extends Error {
  override readonly name = 'UnfitKey';
}

/** Text before the PEM block of a key that `npm start` made. */
export const DEVELOPMENT_MARK = 'rentalbook development key';
/** Public halves of the key pairs that RFC 8032 and RFC 8037 print as examples. */
const EXAMPLES = [
  '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  'PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw',
  '_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU',
];
const PUBLIC_BLOCK = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;
const REMEDY = 'make one with openssl genpkey -algorithm ed25519';

/** The private key of a PEM text (PKCS #8). `strict` refuses keys of development and of examples. Throws {@link UnfitKey}. */
export function signingKeyFrom(pem: string, strict: boolean): SigningKey {
  const privateKey = parsed(() => createPrivateKey(pem), 'holds no private key in PEM format');
  const publicKey = createPublicKey(privateKey);
  requireFit(publicKey, pem, strict);
  return { kid: kidOf(publicKey), privateKey };
}

/** The public keys of one service: PEM blocks (SPKI), one after the other. Throws {@link UnfitKey}. */
export function acceptedKeysFrom(service: string, pem: string, strict: boolean): [string, AcceptedKey][] {
  if (pem.includes('PRIVATE KEY-----'))
    throw new UnfitKey('holds a private key; keep it with its service alone, and write its public half here');
  const blocks = pem.match(PUBLIC_BLOCK) ?? [];
  if (blocks.length === 0)
    throw new UnfitKey('holds no public key in PEM format; write it with openssl pkey -pubout -in KEY');
  return blocks.map((block) => {
    const publicKey = parsed(() => createPublicKey(block), 'holds a damaged public key');
    requireFit(publicKey, pem, strict);
    return [kidOf(publicKey), { service, publicKey }];
  });
}

/** A key pair that this process alone knows. */
export function newSigningKey(): SigningKey & { readonly publicKey: KeyObject } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { kid: kidOf(publicKey), privateKey, publicKey };
}

/** Derives the `kid` from the key, so that no two keys share one. */
const kidOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
    .slice(0, 16);

function parsed(parse: () => KeyObject, fault: string): KeyObject {
  try {
    return parse();
  } catch {
    throw new UnfitKey(`${fault}; ${REMEDY}`);
  }
}

function requireFit(publicKey: KeyObject, pem: string, strict: boolean): void {
  const { asymmetricKeyType: type = 'unknown' } = publicKey;
  if (type !== 'ed25519') throw new UnfitKey(`holds a key of the type ${type}; ${REMEDY}`);
  if (!strict) return;
  if (pem.includes(DEVELOPMENT_MARK))
    throw new UnfitKey(`holds a development key, which production refuses; ${REMEDY}`);
  if (EXAMPLES.includes(String(publicKey.export({ format: 'jwk' }).x)))
    throw new UnfitKey(`holds a key that a standard prints as an example, which production refuses; ${REMEDY}`);
}
