import { testSignatures } from '@rentalbook/test-kit/signatures';
import {
  createIdentitySigner,
  createIdentityVerifier,
  IDENTITY_PURPOSE,
  IdentityRefused,
  type SignedRequest,
} from '../src/identity/identity';
import { createSeal } from '../src/identity/seal';
import { createSignedTexts, type SignatureParts } from '../src/identity/signed-text';

const SECRET = 'a secret of the tests, long enough to be one';
const NOW = Date.parse('2026-11-29T12:00:10.000Z');
jest.useFakeTimers({ now: NOW });

const alice = { memberId: 'alice', name: 'Alice', roles: ['member'] } as const;
const request: SignedRequest = { audience: 'reserve', path: '/graphql', body: '{"returned":{}}' };
const keys = testSignatures('router', 'rental', 'reserve');
const signers = { '/graphql': 'router', '/internal/returns': 'rental' };

const signerWith = (parts: SignatureParts, purpose = IDENTITY_PURPOSE) =>
  createIdentitySigner(createSignedTexts(parts, purpose));
const verifierWith = (parts: SignatureParts) =>
  createIdentityVerifier({ texts: createSignedTexts(parts, IDENTITY_PURPOSE), audience: 'reserve', signers });
const router = signerWith(keys.of('router'));
const rental = signerWith(keys.of('rental'));

describe('an identity that travels between services', () => {
  it('names its caller, once and for the request it was made for', () => {
    const verifier = verifierWith(keys.of('reserve'));
    const header = router.sign(alice, request);
    expect(verifier.verify(header, request)).toEqual({
      caller: alice,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      signedAt: new Date(NOW),
    });
    expect(() => verifier.verify(header, request)).toThrow('used before');
  });

  it('is accepted from the one service that calls a path', () => {
    const returned = { ...request, path: '/internal/returns' };
    expect(verifierWith(keys.of('reserve')).verify(rental.sign(alice, returned), returned).caller).toEqual(alice);
  });

  const changed = (header: string, at: number): string =>
    header.slice(0, at) + (header[at] === 'A' ? 'B' : 'A') + header.slice(at + 1);

  it.each<[string, () => string | undefined, string]>([
    ['is missing', () => undefined, 'missing'],
    [
      'was made with another key',
      () => signerWith(testSignatures('router').of('router')).sign(alice, request),
      'valid',
    ],
    ['was made for another body', () => router.sign(alice, { ...request, body: '{}' }), 'another request'],
    ['was made for another service', () => router.sign(alice, { ...request, audience: 'book' }), 'another service'],
    ['was made for another path', () => router.sign(alice, { ...request, path: '/internal/returns' }), 'another path'],
    ['was made by a service that does not call this path', () => rental.sign(alice, request), 'rental signs no'],
    ['was made by the service that verifies', () => signerWith(keys.of('reserve')).sign(alice, request), 'signs no'],
    [
      'was signed for another purpose',
      () => signerWith(keys.of('router'), 'consistency').sign(alice, request),
      'valid',
    ],
    ['has another caller than was signed', () => changed(router.sign(alice, request), 60), 'valid'],
    ['is not one at all', () => 'e30.e30.', 'valid'],
    ['names a version that does not exist yet', () => router.sign(alice, request).replace('2.', '3.'), 'valid'],
    ['has a payload of another shape', () => createSignedTexts(keys.of('router'), IDENTITY_PURPOSE).sign([]), 'valid'],
  ])('is refused when it %s', (_what, header, why) => {
    const verify = () => verifierWith(keys.of('reserve')).verify(header(), request);
    expect(verify).toThrow(IdentityRefused);
    expect(verify).toThrow(why);
  });

  it.each([
    ['half a minute old', -30_000, 'not of this time'],
    ['of a time to come', 30_001, 'not of this time'],
  ])('is refused when it is %s', (_what, ms, why) => {
    jest.setSystemTime(NOW + ms);
    const header = router.sign(alice, request);
    jest.setSystemTime(NOW);
    expect(() => verifierWith(keys.of('reserve')).verify(header, request)).toThrow(why);
  });

  it('is refused on a path that no service calls, whatever the path is called', () => {
    for (const path of ['/internal/other', '__proto__', 'constructor'])
      expect(() =>
        verifierWith(keys.of('reserve')).verify(router.sign(null, { ...request, path }), { ...request, path }),
      ).toThrow('signs no identities for this path');
  });
});

describe('an identity of the release before, which all services sign with one secret', () => {
  /** As that release made it at 12:00, for the body above. */
  const recorded =
    'KaBL_9YSMps1TaKRMVSGx3siaWQiOiJmM2RhNzEzNy0zZWNmLTRlNzMtYTE1Yy1mNGYxNTk5MzFhZDQiLCJleHBpcmVzQXQiOjE3OTU5NTM2MzAwMDAsImJvZHlIYXNoIjoiVnk5dFZpYmx6OFlocWlKOVRyeWwzcUFRc1MwUVlTNjVHWUZnSm5YUzN1USIsImNhbGxlciI6eyJtZW1iZXJJZCI6ImFsaWNlIiwibmFtZSI6IkFsaWNlIiwicm9sZXMiOlsibWVtYmVyIl19fQ';
  const both = (version: 1 | 2): SignatureParts => ({ ...keys.of('router'), version, secrets: () => [SECRET] });

  it('is accepted, once, where that secret is set', () => {
    const verifier = verifierWith(both(2));
    expect(verifier.verify(recorded, request).caller).toEqual(alice);
    expect(() => verifier.verify(recorded, request)).toThrow('used before');
    expect(() => verifierWith(both(2)).verify(recorded, { ...request, body: '{}' })).toThrow('another request');
  });

  it('is refused where it is not', () => {
    expect(() => verifierWith(keys.of('reserve')).verify(recorded, request)).toThrow('not valid');
    const other = { ...both(2), secrets: () => ['another secret that is long enough, too'] };
    expect(() => verifierWith(other).verify(recorded, request)).toThrow('not valid');
  });

  it('is what version 1 signs: that release opens it and finds what it needs', () => {
    const header = signerWith(both(1)).sign(alice, request);
    expect(createSeal(() => [SECRET], 'subgraph-identity').open(header)).toMatchObject({
      id: expect.any(String) as string,
      expiresAt: NOW + 30_000,
      bodyHash: 'Vy9tViblz8YhqiJ9Tryl3qAQsS0QYS65GYFgJnXS3uQ',
      caller: alice,
    });
    expect(verifierWith(both(2)).verify(header, request).caller).toEqual(alice);
  });

  it('fits one service and path all the same when this release made it', () => {
    const ofBook = signerWith(both(1)).sign(alice, { ...request, audience: 'book' });
    expect(() => verifierWith(both(2)).verify(ofBook, request)).toThrow('another service');
  });
});
