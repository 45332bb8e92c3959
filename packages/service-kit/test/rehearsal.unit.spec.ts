import Fastify, { type FastifyInstance } from 'fastify';
import { createIdentitySigner, createIdentityVerifier, IDENTITY_HEADER } from '../src/identity';
import { rehearse } from '../src/rehearsal';
import { createLogger } from '../src/logger';
import { requireIdentity } from '../src/subgraph';

const SECRET = 'a secret of this test, long enough to be one';
const QUERY = '{ books(first: 1) { edges { node { id } } } }';
const signer = createIdentitySigner(SECRET);
const logger = createLogger('rehearsal', 'silent');

describe('a service that has just started', () => {
  let http: FastifyInstance;
  let asked: unknown[];
  let answer: () => unknown;

  beforeEach(() => {
    asked = [];
    answer = () => ({ data: {} });
    http = Fastify();
    requireIdentity(http, createIdentityVerifier(SECRET), logger, { isUnavailable: () => false });
    http.post('/graphql', ({ body, headers }) => {
      expect(headers[IDENTITY_HEADER]).toBeDefined();
      asked.push(body);
      return answer();
    });
  });
  afterEach(() => http.close());

  it('is asked what readers will ask, several times side by side', async () => {
    let atOnce = 0;
    let mostAtOnce = 0;
    http.addHook('onRequest', (_request, _reply, done) => {
      mostAtOnce = Math.max(mostAtOnce, (atOnce += 1));
      done();
    });
    http.addHook('onResponse', (_request, _reply, done) => {
      atOnce -= 1;
      done();
    });
    await rehearse(http, QUERY, signer, logger);
    expect(asked).toEqual(Array.from({ length: 8 }, () => ({ query: QUERY })));
    expect(mostAtOnce).toBe(4);
  });

  it('goes on, and says so, when the rehearsal is refused', async () => {
    answer = () => ({ errors: [{ message: 'Cannot query field "shelf" on type "Query".' }] });
    const warn = jest.spyOn(logger, 'warn');
    await rehearse(http, QUERY, signer, logger);
    expect(String((warn.mock.calls[0]?.[0] as { err?: unknown }).err)).toContain('Cannot query field');
    expect(asked.length).toBeLessThan(8);
  });

  it('gives a rehearsal up that takes too long', async () => {
    answer = () => new Promise(() => undefined);
    await expect(rehearse(http, QUERY, signer, logger, 50)).resolves.toBeUndefined();
  });
});
