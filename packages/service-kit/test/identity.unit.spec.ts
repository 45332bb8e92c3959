import {
  createIdentitySigner,
  createIdentityVerifier,
  IdentityRefused,
  requireOwnerOrLibrarian,
} from '../src/identity';

const SECRET = 'a secret of the tests, long enough to be one';
const BODY = '{"returned":{}}';
const alice = { memberId: 'alice', name: 'Alice', roles: ['member'] } as const;

describe('an identity that travels between services', () => {
  const signer = createIdentitySigner(SECRET, 'router');

  it('names its caller, once and for the body it was made for', async () => {
    const verifier = createIdentityVerifier(SECRET);
    const header = await signer.sign(alice, BODY);
    expect(await verifier.verify(header, BODY)).toEqual(alice);
    await expect(verifier.verify(header, BODY)).rejects.toThrow('used before');
  });

  it.each<[string, () => Promise<string | undefined>, string]>([
    ['is missing', () => Promise.resolve(undefined), 'missing'],
    ['was made with another secret', () => createIdentitySigner(`${SECRET}!`, 'router').sign(alice, BODY), 'not valid'],
    ['was made for another body', () => signer.sign(alice, '{"returned":{"rentalId":"another"}}'), 'another request'],
    ['is no token at all', () => Promise.resolve('e30.e30.'), 'not valid'],
  ])('is refused when it %s', async (_what, header, why) => {
    const refused = createIdentityVerifier(SECRET).verify(await header(), BODY);
    await expect(refused).rejects.toThrow(IdentityRefused);
    await expect(refused).rejects.toThrow(why);
  });
});

describe('what belongs to a member', () => {
  const bob = { ...alice, memberId: 'bob' };
  const libby = { memberId: 'libby', name: 'Libby', roles: ['librarian'] } as const;

  it('is for that member and for librarians', () => {
    expect(requireOwnerOrLibrarian(alice, 'alice')).toBe(alice);
    expect(requireOwnerOrLibrarian(libby, 'alice')).toBe(libby);
    expect(() => requireOwnerOrLibrarian(bob, 'alice')).toThrow('This belongs to another member.');
    expect(() => requireOwnerOrLibrarian({ ...alice, roles: [] }, 'alice')).toThrow('This belongs to another member.');
    expect(() => requireOwnerOrLibrarian(null, 'alice')).toThrow('Sign in first');
  });
});
