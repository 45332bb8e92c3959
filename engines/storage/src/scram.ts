import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a server keeps of a password: RFC 5802, section 3. */
export interface ScramCredentials {
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

/** The client is not who it claims to be, or its message is none of the mechanism. */
export class ScramRefused extends Error {
  override readonly name = 'ScramRefused';
}

export const SCRAM_SHA_256 = 'SCRAM-SHA-256';
/** The least that RFC 7677 allows: it is there for passwords that can be guessed, and those of the engines are random. */
const ITERATIONS = 4_096;
const HASH_BYTES = 32;
const NONCE_BYTES = 24;
/** `p=` would bind the login to a TLS channel, and a name between the commas would log in for another user. */
const CLIENT_FIRST = /^([ny],,)(n=([^,]+),r=([\x21-\x2b\x2d-\x7e]+))$/;
const CLIENT_FINAL = /^(c=([^,]+),r=([^,]+)),p=([A-Za-z0-9+/=]+)$/;

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const hash = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

export function scramCredentials(password: string): ScramCredentials {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, HASH_BYTES, 'sha256');
  return { salt, storedKey: hash(hmac(salted, 'Client Key')), serverKey: hmac(salted, 'Server Key') };
}

interface Login {
  readonly user: string;
  readonly credentials: ScramCredentials;
  readonly header: string;
  readonly nonce: string;
  /** Both first messages, as the client and the server sign them. */
  readonly signed: string;
}

/**
 * The server's side of one SCRAM-SHA-256 login (RFC 5802, RFC 7677), without channel binding. User names and passwords are
 * taken as they are, so they have to be ASCII. Throws {@link ScramRefused}.
 */
export class ScramConversation {
  #login: Login | undefined;

  constructor(private readonly credentialsOf: (user: string) => ScramCredentials | undefined) {}

  /** Takes the client's first message; returns the server's. */
  first(message: string): string {
    const [, header = '', bare = '', name = '', clientNonce = ''] = CLIENT_FIRST.exec(message) ?? [];
    const user = name.replaceAll('=2C', ',').replaceAll('=3D', '=');
    if (bare === '') throw new ScramRefused('the first message is none of SCRAM without channel binding');
    const credentials = this.credentialsOf(user);
    if (!credentials) throw new ScramRefused(`there is no user "${user}"`);
    const nonce = clientNonce + randomBytes(NONCE_BYTES).toString('base64');
    const answer = `r=${nonce},s=${credentials.salt.toString('base64')},i=${String(ITERATIONS)}`;
    this.#login = { user, credentials, header, nonce, signed: `${bare},${answer}` };
    return answer;
  }

  /** Takes the client's last message, once; returns who it is, and the server's own proof. */
  final(message: string): { readonly user: string; readonly answer: string } {
    const login = this.#login;
    this.#login = undefined;
    if (!login) throw new ScramRefused('the last message came before the first');
    const [, unproven = '', header = '', nonce, proof = ''] = CLIENT_FINAL.exec(message) ?? [];
    if (nonce !== login.nonce || Buffer.from(header, 'base64').toString() !== login.header)
      throw new ScramRefused('the last message belongs to another login');
    const { storedKey, serverKey } = login.credentials;
    const signed = `${login.signed},${unproven}`;
    const clientKey = xor(hmac(storedKey, signed), Buffer.from(proof, 'base64'));
    if (!clientKey || !timingSafeEqual(hash(clientKey), storedKey))
      throw new ScramRefused(`the password of "${login.user}" is another one`);
    return { user: login.user, answer: `v=${hmac(serverKey, signed).toString('base64')}` };
  }
}

function xor(one: Buffer, other: Buffer): Buffer | undefined {
  return one.length === other.length ? (one.map((byte, place) => byte ^ (other[place] ?? 0)) as Buffer) : undefined;
}
