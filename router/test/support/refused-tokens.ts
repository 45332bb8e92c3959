import { exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { inSeconds, signToken, type Claims, type TokenKeys } from './tokens';

type Header = (keys: TokenKeys) => Promise<string> | string;
/** An authorization header that no router accepts, and what the answer says of it. */
export type RefusedToken = [what: string, header: Header, why?: RegExp];

/** A token that is in order but for these claims; those that are times are made when the token is. */
const valid =
  (claims: Claims | (() => Claims)): Header =>
  async (keys) =>
    `Bearer ${await signToken(keys, typeof claims === 'function' ? claims() : claims)}`;

export const typed =
  (typ: string): Header =>
  async (keys) =>
    `Bearer ${await signToken(keys, {}, { typ })}`;

export const refusedTokens: RefusedToken[] = [
  ['a token that is the word undefined', () => 'Bearer undefined'],
  ['a token that is the word null', () => 'Bearer null'],
  ['another scheme', () => `Basic ${Buffer.from('alice:secret').toString('base64')}`],
  ['something that is no token', () => 'Bearer not.a.token'],
  ['a token in two pieces', () => 'Bearer one two'],
  ['a token cut short', async (keys) => `Bearer ${(await signToken(keys, {})).slice(0, -8)}`],
  ['a token with another signature', async (keys) => `Bearer ${(await signToken(keys, {})).replace(/[^.]*$/, 'AAAA')}`],
  ['a payload changed after signing', async (keys) => tampered(await signToken(keys, {}))],
  [
    'the algorithm none',
    () => `Bearer ${new UnsecuredJWT({ sub: 'alice', roles: [] }).setExpirationTime('1h').encode()}`,
  ],
  ['HS256 keyed with the public key', keyConfusion],
  [
    'a key of its own',
    async (keys) => `Bearer ${await signToken({ ...keys, ...(await generateKeyPair('EdDSA')) }, {})}`,
  ],
  ['an unknown key id', async (keys) => `Bearer ${await signToken(keys, {}, { kid: 'other' })}`],
  [
    'another algorithm',
    async (keys) => `Bearer ${await signToken({ ...keys, ...(await generateKeyPair('ES256')) }, {}, { alg: 'ES256' })}`,
  ],
  ['an end in the past', valid(() => ({ exp: inSeconds(-7) })), /expired/],
  ['no end', valid({ exp: undefined })],
  ['a beginning in the future', valid(() => ({ nbf: inSeconds(3_600) })), /not valid yet/],
  ['another audience', valid({ aud: 'other' }), /audience/],
  ['an issue in the future', valid(() => ({ iat: inSeconds(3_600), exp: inSeconds(7_200) })), /issued in the future/],
  ['an issue that is no time', valid({ iat: 'today' }), /iat/],
  ['another type', typed('logout+jwt'), /type that is not for access/],
  ['no audience', valid({ aud: undefined }), /audience/],
  ['another issuer', valid({ iss: 'other' }), /issuer/],
  ['no subject', valid({ sub: undefined }), /sub/],
  ['an empty subject', valid({ sub: '' }), /sub/],
  ['a subject that is a number', valid({ sub: 7 }), /sub/],
  ['a subject that is an operator', valid({ sub: { $ne: null } }), /sub/],
  ['a subject of 256 characters', valid({ sub: 'a'.repeat(256) }), /sub.*has 256 characters/],
  ['a subject of spaces', valid({ sub: '  ' }), /sub.*is empty/],
  ['a subject with a line break', valid({ sub: 'alice\n' }), /sub.*control character/],
  ['a subject with a NUL', valid({ sub: 'alice\u0000' }), /sub.*control character/],
  ['a subject that prints backwards', valid({ sub: 'alice\u202eecila' }), /sub.*control character/],
  ['a subject with half a character', valid({ sub: 'alice\ud83d' }), /sub.*control character/],
  ['roles that are a number', valid({ roles: 7 }), /roles/],
  ['roles that are an object', valid({ roles: { member: true } }), /roles/],
  ['a role that is no text', valid({ roles: [{ librarian: true }] }), /roles/],
  ['a name that is no text', valid({ name: ['Alice'] }), /name/],
  ['more than 8 KB', valid({ name: 'a'.repeat(200), padding: 'x'.repeat(8_192) }), /too long/],
];

function tampered(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const other = Buffer.from(JSON.stringify({ ...claims, roles: ['librarian'] })).toString('base64url');
  return `Bearer ${[header, other, signature].join('.')}`;
}

async function keyConfusion({ publicKey, kid }: TokenKeys): Promise<string> {
  const secret = new TextEncoder().encode(await exportSPKI(publicKey));
  const token = await new SignJWT({ sub: 'alice', roles: ['librarian'], iss: 'rentalbook', aud: 'rentalbook' })
    .setProtectedHeader({ alg: 'HS256', kid })
    .setExpirationTime('1h')
    .sign(secret);
  return `Bearer ${token}`;
}
