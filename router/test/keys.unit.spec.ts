import { eventually } from '@rentalbook/test-kit/eventually';
import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { GraphQLError } from 'graphql';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { openKeys } from '../src/identity/open-keys';
import { createIdentityTokens, type IdentityTokens } from '../src/identity/identity-token';
import { createVerifiedTokens } from '../src/identity/verified-tokens';
import type { KeySource } from '../src/environment';
import { inSeconds } from './support/tokens';

interface Key {
  readonly jwk: JWK;
  readonly token: (claims?: JWTPayload) => Promise<string>;
}

async function newKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA');
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' },
    token: (claims) =>
      new SignJWT({ sub: 'alice', iss: 'rentalbook', aud: 'rentalbook', exp: inSeconds(3_600), ...claims })
        .setProtectedHeader({ alg: 'EdDSA', kid })
        .sign(privateKey),
  };
}

let first: Key;
let second: Key;
let clock: ManualClock;
let tokens: IdentityTokens;
let secondsLeft: (() => number) | undefined;
let log: { level: number; msg: string }[];
beforeAll(async () => {
  [first, second] = await Promise.all([newKey('first'), newKey('second')]);
});

function open(source: KeySource): void {
  log = [];
  clock = createManualClock();
  const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line) as (typeof log)[0]) });
  const keys = openKeys(source, { logger, clock });
  secondsLeft = keys.secondsLeft;
  tokens = createIdentityTokens({
    keys: keys.keyOf,
    ...{ issuer: 'rentalbook', audience: 'rentalbook', algorithm: 'EdDSA', rolesClaim: 'roles', maxLifetimeSeconds: 0 },
  });
}

/** "accepted", or the code with which the token is refused. */
const verdictOn = async (key: Key): Promise<unknown> => verdictOnToken(await key.token());
const verdictOnToken = async (token: string): Promise<unknown> => {
  try {
    await tokens.verify(token);
    return 'accepted';
  } catch (error) {
    if (error instanceof GraphQLError) return error.extensions['code'];
    throw error;
  }
};
const [ACCEPTED, REFUSED, OPEN] = ['accepted', 'UNAUTHENTICATED', 'UNAVAILABLE'];

describe('keys behind a URL', () => {
  let issuer: Server;
  let behave: 'answer' | 'fail' | 'hang' | 'flood' | 'redirect';
  let published: readonly JWK[];
  let fetches: number;
  beforeEach(async () => {
    [behave, published, fetches] = ['answer', [first.jwk], 0];
    issuer = createServer((_, response) => {
      fetches += 1;
      if (behave === 'hang') return;
      if (behave === 'redirect') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
      else if (behave === 'fail') response.writeHead(500).end('{}');
      else
        response.end(
          JSON.stringify({ keys: published, padding: behave === 'flood' ? 'x'.repeat(200_000) : undefined }),
        );
    });
    issuer.listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    const url = `http://127.0.0.1:${String((issuer.address() as AddressInfo).port)}/keys`;
    open({ url });
  });
  afterEach(() => {
    issuer.closeAllConnections();
    issuer.close();
  });

  it('are fetched once for many tokens', async () => {
    expect(await Promise.all(Array.from({ length: 20 }, () => verdictOn(first)))).toEqual(Array(20).fill(ACCEPTED));
    expect(fetches).toBe(1);
  });

  it.each(['fail', 'flood', 'redirect'] as const)(
    'cannot be had from an issuer that does "%s": UNAVAILABLE, and the issuer is asked every five seconds',
    async (fault) => {
      behave = fault;
      expect(await Promise.all(Array.from({ length: 20 }, () => verdictOn(first)))).toEqual(Array(20).fill(OPEN));
      behave = 'answer';
      clock.advance(4_999);
      expect(await verdictOn(first)).toBe(OPEN);
      expect(fetches).toBe(1);
      clock.advance(1);
      expect(await verdictOn(first)).toBe(ACCEPTED);
      expect(log).toContainEqual(expect.objectContaining({ level: 40, msg: expect.stringMatching(/keys/) }));
    },
  );

  it.each(['http://router:s3cret@127.0.0.1:1/keys', 'https://router:s3cret@issuer.invalid/keys'])(
    'that cannot be fetched from %s are logged without the credentials of the address',
    async (url) => {
      open({ url });
      expect(await verdictOn(first)).toBe(OPEN);
      expect(log).toHaveLength(1);
      expect(JSON.stringify(log)).not.toContain('s3cret');
    },
  );

  it('cannot be had from an issuer that is silent: UNAVAILABLE after three seconds', async () => {
    behave = 'hang';
    const asked = once(issuer, 'request');
    const answer = verdictOn(first);
    await asked;
    clock.advance(3_000);
    expect(await answer).toBe(OPEN);
  });

  it('stay in use for twelve hours while the issuer does not answer, and no request waits for it', async () => {
    expect(await verdictOn(first)).toBe(ACCEPTED);
    behave = 'hang';
    clock.advance(11 * 60 * 60 * 1_000);
    expect(await verdictOn(first)).toBe(ACCEPTED);
    behave = 'fail';
    clock.advance(60 * 60 * 1_000);
    expect(await verdictOn(first)).toBe(OPEN);
  });

  it('say for how long they can be used: twelve hours, and less once their issuer has failed', async () => {
    const HOUR = 3_600;
    expect(await verdictOn(first)).toBe(ACCEPTED);
    clock.advance(11 * HOUR * 1_000);
    // No token came meanwhile, so the issuer was not asked.
    expect(secondsLeft?.()).toBe(12 * HOUR);
    behave = 'fail';
    const failure = once(issuer, 'request');
    expect(await verdictOn(first)).toBe(ACCEPTED);
    await failure;
    await eventually(() => secondsLeft?.() === HOUR, { what: 'the failure' });
    clock.advance(2 * HOUR * 1_000);
    expect(secondsLeft?.()).toBe(0);
    behave = 'answer';
    expect(await verdictOn(first)).toBe(ACCEPTED);
    expect(secondsLeft?.()).toBe(12 * HOUR);
  });

  it('are fetched again for a token of an unknown key, at most every 30 seconds', async () => {
    expect(await verdictOn(first)).toBe(ACCEPTED);
    clock.advance(30_000);
    expect(await Promise.all(Array.from({ length: 20 }, () => verdictOn(second)))).toEqual(Array(20).fill(REFUSED));
    expect(fetches).toBe(2);
    published = [first.jwk, second.jwk];
    clock.advance(29_999);
    expect(await verdictOn(second)).toBe(REFUSED);
    clock.advance(1);
    expect([await verdictOn(second), await verdictOn(first)]).toEqual([ACCEPTED, ACCEPTED]);
    expect(fetches).toBe(3);
  });

  it('leave it open what a token of an unknown key is while the issuer does not answer', async () => {
    expect(await verdictOn(first)).toBe(ACCEPTED);
    behave = 'fail';
    clock.advance(30_000);
    expect([await verdictOn(second), await verdictOn(first)]).toEqual([OPEN, ACCEPTED]);
  });

  it('are no longer accepted once the issuer has taken them back', async () => {
    expect(await verdictOn(first)).toBe(ACCEPTED);
    published = [second.jwk];
    clock.advance(10 * 60 * 1_000);
    const fetched = once(issuer, 'request');
    await verdictOn(first);
    await fetched;
    // The answer is on its way back to the router.
    while ((await verdictOn(first)) === ACCEPTED) await new Promise(setImmediate);
    expect([await verdictOn(first), await verdictOn(second)]).toEqual([REFUSED, ACCEPTED]);
  });
});

describe('keys in a file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rentalbook-keys-'));
    file = join(folder, 'jwks.json');
    writeFileSync(file, JSON.stringify({ keys: [first.jwk] }));
    open({ file });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('are read again within a second of a change', async () => {
    expect([await verdictOn(first), await verdictOn(second)]).toEqual([ACCEPTED, REFUSED]);
    writeFileSync(file, JSON.stringify({ keys: [second.jwk] }));
    clock.advance(1_000);
    expect([await verdictOn(first), await verdictOn(second)]).toEqual([REFUSED, ACCEPTED]);
  });

  it.each(['', '{', '{"keys":[]}', '[]'])(
    'stay in use when the file becomes %j, and the log says so once',
    async (text) => {
      writeFileSync(file, text);
      for (let second = 0; second < 3; second += 1) {
        clock.advance(1_000);
        expect(await verdictOn(first)).toBe(ACCEPTED);
      }
      expect(log.filter(({ level }) => level === 50)).toHaveLength(1);
    },
  );

  it('stay in use when the file is gone', async () => {
    rmSync(file);
    clock.advance(1_000);
    expect(await verdictOn(first)).toBe(ACCEPTED);
  });
});

describe('a token that is sent again', () => {
  let folder: string;
  const { subtle } = globalThis.crypto;
  let verifications: jest.SpyInstance;
  const publish = (...keys: readonly JWK[]): void => {
    writeFileSync(join(folder, 'jwks.json'), JSON.stringify({ keys }));
    clock.advance(1_000);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rentalbook-keys-'));
    writeFileSync(join(folder, 'jwks.json'), JSON.stringify({ keys: [first.jwk] }));
    open({ file: join(folder, 'jwks.json') });
    verifications = jest.spyOn(subtle, 'verify');
  });
  afterEach(() => {
    verifications.mockRestore();
    jest.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  it('is verified once, and speaks for the same caller', async () => {
    const token = await first.token({ name: 'Alice', roles: ['librarian'] });
    const callers = [await tokens.verify(token), await tokens.verify(token), await tokens.verify(token)];
    expect(callers).toEqual(Array(3).fill({ memberId: 'alice', name: 'Alice', roles: ['librarian'] }));
    expect(verifications).toHaveBeenCalledTimes(1);
    expect(await tokens.verify(await first.token({ sub: 'bob' }))).toMatchObject({ memberId: 'bob' });
    expect(verifications).toHaveBeenCalledTimes(2);
  });

  it.each<[string, (parts: readonly [string, string, string], other: readonly [string, string, string]) => string[]]>([
    ['the signature of another', ([header, payload], [, , signature]) => [header, payload, signature]],
    ['the claims of another', ([header, , signature], [, payload]) => [header, payload, signature]],
    ['one more character', ([header, payload, signature]) => [header, payload, `${signature}A`]],
    ['one character less', ([header, payload, signature]) => [header, payload, signature.slice(0, -1)]],
  ])('opens the way for no token that has %s', async (_what, forge) => {
    const [token, other] = [await first.token(), await first.token({ sub: 'bob' })];
    const partsOf = (text: string) => text.split('.') as [string, string, string];
    expect([await verdictOnToken(token), await verdictOnToken(other)]).toEqual([ACCEPTED, ACCEPTED]);
    expect(await verdictOnToken(forge(partsOf(token), partsOf(other)).join('.'))).toBe(REFUSED);
    expect(await verdictOnToken(token)).toBe(ACCEPTED);
  });

  it.each<[string, JWTPayload, number, number]>([
    ['has expired', { exp: 1_060 }, 1_064, 1_065],
    ['is not valid yet, by a clock that was set back', { exp: 2_000, nbf: 1_000 }, 995, 994],
    ['is of the future, by a clock that was set back', { exp: 2_000, iat: 1_000 }, 995, 994],
  ])('is refused once it %s', async (_what, claims, lastGood, firstBad) => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout'], now: 1_000_000 });
    const token = await first.token(claims);
    const verdicts: unknown[] = [];
    for (const second of [1_000, lastGood, firstBad, 1_000]) {
      jest.setSystemTime(second * 1_000);
      verdicts.push(await verdictOnToken(token));
    }
    expect(verdicts).toEqual([ACCEPTED, ACCEPTED, REFUSED, ACCEPTED]);
  });

  it('is refused once its key is removed, or another one is in its place', async () => {
    const token = await first.token();
    expect(await verdictOnToken(token)).toBe(ACCEPTED);
    publish(second.jwk);
    expect(await verdictOnToken(token)).toBe(REFUSED);
    publish({ ...second.jwk, kid: 'first' });
    expect(await verdictOnToken(token)).toBe(REFUSED);
    publish(first.jwk, second.jwk);
    expect(await verdictOnToken(token)).toBe(ACCEPTED);
    expect(verifications).toHaveBeenCalledTimes(3);
  });

  it('is verified again where many others were sent meanwhile: what is kept has a bound in bytes', async () => {
    const verified = createVerifiedTokens(4_000);
    const one = await tokens.verify(await first.token());
    const key = {} as CryptoKey;
    for (let n = 0; n < 100; n += 1)
      await verified.set(`token ${String(n)}`, { caller: one, header: { alg: 'EdDSA' }, key, times: {} });
    expect(verified.bytes).toBeLessThanOrEqual(4_000);
    expect(await verified.get('token 0')).toBeUndefined();
    expect(await verified.get('token 99')).toMatchObject({ caller: one });
    await verified.set('long', {
      caller: { ...one, name: 'x'.repeat(2_000) },
      header: { alg: 'EdDSA' },
      key,
      times: {},
    });
    expect(await verified.get('long')).toBeUndefined();
  });
});
