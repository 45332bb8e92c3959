import { eventually } from '@rentalbook/test-kit/eventually';
import { type JWK } from 'jose';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { first, second, clock, secondsLeft, log, open, verdictOn, ACCEPTED, REFUSED, OPEN } from './keys.support';
import './keys-in-a-file.cases';

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
