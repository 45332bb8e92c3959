import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import { generateKeyPairSync, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { SettingsError } from '../src/settings/environment';
import { openSignatures, type SignatureNeeds, type SignatureSettings } from '../src/identity/open-signatures';
import { DEVELOPMENT_MARK } from '../src/identity/signing-keys';

const clock = createManualClock();
const log: Record<string, unknown>[] = [];
const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) });

let folder: string;
beforeEach(() => {
  log.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'rentalbook-signatures-'));
  mkdirSync(join(folder, 'public'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const pair = (): { readonly secret: string; readonly open: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    secret: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    open: String(publicKey.export({ type: 'spki', format: 'pem' })),
  };
};
/** The key pair of RFC 8037, appendix A. */
const example = createPrivateKey({
  key: {
    kty: 'OKP',
    crv: 'Ed25519',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  },
  format: 'jwk',
});
const random = (): string => randomBytes(32).toString('base64');
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const router: SignatureNeeds = { signs: true, accepts: [], seals: false };
const book: SignatureNeeds = { signs: true, accepts: ['router'], seals: true };

describe('a service', () => {
  const first = pair();
  const second = pair();

  /** Router and Book as they start from files in the folder. */
  function started() {
    const file = write('signing-key.pem', first.secret);
    write('public/router.pem', first.open);
    const secretFile = write('cursor-secret', `${random()}\n`);
    const signer = openSignatures({ NODE_ENV: 'production', SIGNING_KEY_FILE: file }, router, { logger, clock });
    const verifier = openSignatures(
      {
        NODE_ENV: 'production',
        SIGNING_KEY: second.secret,
        SERVICE_KEYS_DIR: join(folder, 'public'),
        CURSOR_SECRET_FILE: secretFile,
      },
      book,
      { logger, clock },
    );
    return { sign: () => signer.texts('test').sign('signed'), open: verifier.texts('test').open, verifier };
  }
  const OPENED = { value: 'signed', by: 'router' };

  it('changes its key without a restart and without one text that is refused', () => {
    const { sign, open } = started();
    const before = sign();
    write('public/router.pem', first.open + second.open);
    clock.advance(1_000);
    expect([before, sign()].map(open)).toEqual([OPENED, OPENED]);
    write('signing-key.pem', second.secret);
    clock.advance(1_000);
    const after = sign();
    expect([before, after].map(open)).toEqual([OPENED, OPENED]);
    write('public/router.pem', second.open);
    clock.advance(1_000);
    expect([before, after].map(open)).toEqual([undefined, OPENED]);
    expect(log.map(({ msg }) => msg)).toEqual(Array.from({ length: 3 }, () => expect.stringContaining('read again')));
    expect(JSON.stringify(log)).not.toContain('PRIVATE');
  });

  it('keeps the keys from before, and logs it once, when changed ones cannot be used', () => {
    const { sign, open } = started();
    write('public/router.pem', 'no key');
    write('signing-key.pem', `${DEVELOPMENT_MARK}\n${second.secret}`);
    for (let second = 0; second < 3; second += 1) {
      clock.advance(1_000);
      expect(open(sign())).toEqual(OPENED);
    }
    expect(log.map(({ level }) => level)).toEqual([50, 50]);
  });

  it('opens the cursors of a secret that is on its second line', () => {
    const { verifier } = started();
    const old = verifier.cursors.seal('cursor');
    const before = random();
    write('cursor-secret', `${before}\n`);
    clock.advance(1_000);
    expect(verifier.cursors.open(old)).toBeUndefined();
    const kept = verifier.cursors.seal('cursor');
    write('cursor-secret', `${random()}\n${before}\n`);
    clock.advance(1_000);
    expect(verifier.cursors.open(kept)).toBe('cursor');
    expect(verifier.cursors.seal('cursor')).not.toBe(kept);
  });

  it('signs and seals as the release before does while the identity secret is set, and opens both', () => {
    const secret = 'a secret of the tests, long enough to be one';
    const cursor = '6I2SLfsCf9rbzN6Vmioex1siQm9vay5yZW50YWxzIixbIngiXV0';
    const token = '8AbGh4n-2340as3BMXYduFtbInJlbnRhbCIsImJvb2stMSIsM11d';
    write('public/router.pem', first.open);
    const settings: SignatureSettings = {
      NODE_ENV: 'development',
      IDENTITY_SECRET: secret,
      SIGNING_KEY: first.secret,
      SERVICE_KEYS_DIR: join(folder, 'public'),
      CURSOR_SECRET: random(),
    };
    const old = openSignatures({ NODE_ENV: 'development', IDENTITY_SECRET: secret }, book, { logger, clock });
    const now = openSignatures(settings, book, { logger, clock });
    const next = openSignatures({ ...settings, SIGNATURE_VERSION: '2' }, book, { logger, clock });
    for (const one of [old, now, next]) {
      expect(one.cursors.open(cursor)).toEqual(['Book.rentals', ['x']]);
      expect(one.texts('consistency').open(token)?.value).toEqual([['rental', 'book-1', 3]]);
    }
    expect(now.cursors.seal(['Book.rentals', ['x']])).toBe(cursor);
    expect(now.texts('consistency').sign([['rental', 'book-1', 3]])).toBe(token);
    const signed = next.texts('consistency').sign('new');
    expect(signed).toMatch(/^2\./);
    expect(now.texts('consistency').open(signed)).toEqual({ value: 'new', by: 'router' });
    expect(old.texts('consistency').open(signed)).toBeUndefined();
    expect(now.cursors.open(next.cursors.seal('new'))).toBe('new');
  });

  const start = (settings: Partial<SignatureSettings>, needs = router) =>
    openSignatures({ NODE_ENV: 'production', ...settings }, needs, { logger, clock });
  const good = (): Partial<SignatureSettings> => ({
    SIGNING_KEY: first.secret,
    CURSOR_SECRET: random(),
    SERVICE_KEYS_DIR: join(folder, 'public'),
  });

  it.each<[string, () => Partial<SignatureSettings>, RegExp]>([
    ['no key', () => ({}), /^Setting SIGNING_KEY_FILE is missing; set it\.$/],
    ['a key that is none', () => ({ SIGNING_KEY: 'hunter2' }), /^Setting SIGNING_KEY: its value holds no private key/],
    ['a key and a file of one', () => ({ SIGNING_KEY: first.secret, SIGNING_KEY_FILE: '/x' }), /are both set; unset/],
    ['a file that is not there', () => ({ SIGNING_KEY_FILE: '/no/key' }), /\/no\/key cannot be read \(ENOENT\); name/],
    [
      'a key of another type',
      () => ({
        SIGNING_KEY: String(generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' })),
      }),
      /holds a key of the type x25519; make one with/,
    ],
    [
      'a development key',
      () => ({ SIGNING_KEY: `${DEVELOPMENT_MARK}\n${first.secret}` }),
      /holds a development key, which production refuses; make/,
    ],
    [
      'the key of an example',
      () => ({ SIGNING_KEY: String(example.export({ type: 'pkcs8', format: 'pem' })) }),
      /holds a key that a standard prints as an example/,
    ],
    ['a short secret', () => ({ IDENTITY_SECRET: 'hunter2' }), /^Setting IDENTITY_SECRET: its value needs at least 32/],
    ['a weak secret', () => ({ IDENTITY_SECRET: 'x'.repeat(32) }), /its value is weak: it repeats few characters/],
    [
      'an example for a secret',
      () => ({ IDENTITY_SECRET: `Change-Me-${random()}` }),
      /its value contains "Change-Me" like a development secret/,
    ],
    [
      'the old version without its secret',
      () => ({ SIGNATURE_VERSION: '1', ...good() }),
      /1 needs IDENTITY_SECRET; set/,
    ],
    [
      'the refusal of unsigned events without keys to check them with',
      () => ({ IDENTITY_SECRET: random(), UNSIGNED_EVENTS: 'refuse' }),
      /^Setting UNSIGNED_EVENTS: refuse, the default, needs SERVICE_KEYS_DIR; set that too, or set UNSIGNED_EVENTS=accept\.$/,
    ],
    [
      'the new version without a key',
      () => ({ SIGNATURE_VERSION: '2', IDENTITY_SECRET: random() }),
      /SIGNING_KEY_FILE/,
    ],
  ])('does not start with %s, in one sentence that shows no secret', (_what, settings, sentence) => {
    expect(() => start(settings())).toThrow(SettingsError);
    expect(() => start(settings())).toThrow(sentence);
  });

  it.each<[string, string, RegExp]>([
    ['the key of a service', '', /has no router\.pem; put the public key of router there\.$/],
    ['any key', 'nothing', /its router\.pem holds no public key in PEM format; write it with openssl pkey/],
    ['a whole key', first.open.replace('MCow', 'MCo'), /its router\.pem holds a damaged public key/],
    ['a public key', first.secret, /its router\.pem holds a private key; keep it with its service alone/],
    ['a key that production accepts', `${DEVELOPMENT_MARK}\n${first.open}`, /its router\.pem holds a development key/],
    [
      'a key that is no example',
      String(createPublicKey(example).export({ type: 'spki', format: 'pem' })),
      /its router\.pem holds a key that a standard prints/,
    ],
  ])('does not start where the folder of keys lacks %s', (_what, text, sentence) => {
    if (text !== '') write('public/router.pem', text);
    expect(() => start(good(), book)).toThrow(sentence);
  });

  it('names every missing setting at once, and takes development keys in development', () => {
    expect(() => start({}, book)).toThrow(/SIGNING_KEY_FILE[^]*CURSOR_SECRET_FILE[^]*SERVICE_KEYS_DIR/);
    write('public/router.pem', `${DEVELOPMENT_MARK}\n${first.open}`);
    const SIGNING_KEY = `${DEVELOPMENT_MARK}\n${first.secret}`;
    const { texts } = start({ ...good(), SIGNING_KEY, NODE_ENV: 'development' }, book);
    expect(texts('test').open(texts('test').sign('signed'))).toEqual(OPENED);
  });
});
