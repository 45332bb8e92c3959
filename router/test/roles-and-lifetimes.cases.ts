import { GRAPHQL_PATH, IDENTITY_HEADER } from '@rentalbook/service-kit';
import { callerOf } from '../src/identity/caller-claims';
import { bookVerifier, startRouterUnderTest, type Claims } from './support/router-under-test';
import { inSeconds } from './support/tokens';
import { aQuery } from './identity.support';

describe('the claim that lists the roles', () => {
  const roles = ['librarian', 'king'];
  it.each<[string, Claims]>([
    ['roles', { roles }],
    ['https://example.com/roles', { roles: undefined, 'https://example.com/roles': roles }],
    ['cognito:groups', { 'cognito:groups': roles }],
    ['realm_access.roles', { realm_access: { roles } }],
    ['realm_access.roles', { 'realm_access.roles': roles, realm_access: { roles: ['member'] } }],
    ['resource_access.rentalbook.roles', { resource_access: { rentalbook: { roles } } }],
    ['resource_access.rentalbook.example.roles', { resource_access: { 'rentalbook.example': { roles } } }],
    ['scope', { scope: 'openid librarian' }],
  ])('is %s, by its name or as a path', (claim, claims) => {
    expect(callerOf({ sub: 'alice', roles: ['member'], ...claims }, claim).roles).toEqual(['librarian']);
  });

  it.each<[string, Claims]>([
    ['realm_access.roles', {}],
    ['realm_access.roles', { realm_access: 'librarian' }],
    ['realm_access.roles', { realm_access: null }],
    ['roles.length', {}],
    ['constructor.name', {}],
    ['__proto__.roles', {}],
  ])('that is missing leaves the member without a role: %s', (claim, claims) => {
    expect(callerOf({ sub: 'alice', roles: ['librarian'], ...claims }, claim).roles).toEqual([]);
  });

  it('is a setting of the router', async () => {
    const router = await startRouterUnderTest({ JWT_ROLES_CLAIM: 'realm_access.roles' });
    try {
      const token = await router.token({ roles: ['librarian'], realm_access: { roles: ['member'] } });
      await router.post(aQuery, { authorization: `Bearer ${token}` });
      const [request] = router.subgraphs.book.requests;
      const header = String(request?.headers[IDENTITY_HEADER]);
      const { caller } = bookVerifier().verify(header, { path: GRAPHQL_PATH, body: request?.rawBody ?? '' });
      expect(caller?.roles).toEqual(['member']);
    } finally {
      await router.stop();
    }
  });
});

describe('a token that is valid for long', () => {
  const DAY = 86_400;
  it.each<[string, Record<string, string>, Claims, number]>([
    ['a day', { NODE_ENV: 'production' }, { iat: inSeconds(-5), exp: inSeconds(DAY - 5) }, 200],
    ['more than a day', { NODE_ENV: 'production' }, { iat: inSeconds(-5), exp: inSeconds(DAY + 5) }, 401],
    ['more than a day from now on', { NODE_ENV: 'production' }, { exp: inSeconds(2 * DAY) }, 401],
    ['a week, where a minute is the setting', { JWT_MAX_LIFETIME: '60' }, { exp: inSeconds(7 * DAY) }, 401],
    ['a week, where any time is', { NODE_ENV: 'production', JWT_MAX_LIFETIME: '0' }, { exp: inSeconds(7 * DAY) }, 200],
    ['a week, in development', {}, { exp: inSeconds(7 * DAY) }, 200],
  ])('is accepted up to a limit: %s', async (_, settings, claims, status) => {
    const router = await startRouterUnderTest(settings);
    try {
      const answer = await router.post(aQuery, { authorization: `Bearer ${await router.token(claims)}` });
      expect(answer.status).toBe(status);
      if (status === 401) expect(answer.body.errors?.[0]?.message).toContain('valid for longer than is accepted here');
    } finally {
      await router.stop();
    }
  });
});
