import { type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVerifiedTokens } from '../src/identity/verified-tokens';
import { first, second, clock, tokens, log, open, verdictOn, verdictOnToken, ACCEPTED, REFUSED } from './keys.support';

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
