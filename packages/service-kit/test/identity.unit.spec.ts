import { createIdentitySigner, createIdentityVerifier, IdentityRefused } from '../src/identity';
import { createSeal } from '../src/seal';

const SECRET = 'a secret of the tests, long enough to be one';
const BODY = '{"returned":{}}';
const alice = { memberId: 'alice', name: 'Alice', roles: ['member'] } as const;

describe('an identity that travels between services', () => {
  const signer = createIdentitySigner(SECRET);

  it('names its caller, once and for the body it was made for', () => {
    const verifier = createIdentityVerifier(SECRET);
    const header = signer.sign(alice, BODY);
    expect(verifier.verify(header, BODY)).toEqual(alice);
    expect(() => verifier.verify(header, BODY)).toThrow('used before');
  });

  it('is refused once its time is over', () => {
    const header = signer.sign(alice, BODY);
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    try {
      expect(() => createIdentityVerifier(SECRET).verify(header, BODY)).toThrow('not valid');
    } finally {
      now.mockRestore();
    }
  });

  it.each<[string, () => string | undefined, string]>([
    ['is missing', () => undefined, 'missing'],
    ['was made with another secret', () => createIdentitySigner(`${SECRET}!`).sign(alice, BODY), 'not valid'],
    ['was made for another body', () => signer.sign(alice, '{"returned":{"rentalId":"another"}}'), 'another request'],
    ['was sealed for another purpose', () => createSeal(SECRET, 'cursor').seal({ caller: alice }), 'not valid'],
    ['is not one at all', () => 'e30.e30.', 'not valid'],
  ])('is refused when it %s', (_what, header, why) => {
    const verify = () => createIdentityVerifier(SECRET).verify(header(), BODY);
    expect(verify).toThrow(IdentityRefused);
    expect(verify).toThrow(why);
  });
});
