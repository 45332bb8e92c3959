import Fastify, { type FastifyInstance } from 'fastify';
import { testSignatures } from '@rentalbook/test-kit/signatures';
import { createIdentityVerifier, GRAPHQL_PATH, IDENTITY_HEADER } from '../src/identity/identity';
import { ownSignatures, warmUp } from '../src/graphql/warm-up';
import { createLogger } from '../src/process/logger';
import { requireIdentity } from '../src/graphql/subgraph';

const own = ownSignatures(testSignatures().of('book'));
const QUERY = '{ books(first: 1) { edges { node { id } } } }';
const request = { query: QUERY, audience: 'book', signer: own.signer };
const ofBook = { audience: 'book', signers: { [GRAPHQL_PATH]: 'router' } };
const verifier = createIdentityVerifier({ ...ofBook, texts: own.texts });
const logger = createLogger('warm-up', 'silent');

describe('a service that has just started', () => {
  let http: FastifyInstance;
  let asked: unknown[];
  let answer: () => unknown;

  beforeEach(() => {
    asked = [];
    answer = () => ({ data: {} });
    http = Fastify();
    requireIdentity(http, verifier, logger, { isUnavailable: () => false });
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
    await warmUp(http, request, logger);
    expect(asked).toEqual(Array.from({ length: 8 }, () => ({ query: QUERY })));
    expect(mostAtOnce).toBe(4);
  });

  it('goes on, and logs it, when the warm-up is refused', async () => {
    answer = () => ({ errors: [{ message: 'Cannot query field "shelf" on type "Query".' }] });
    const warn = jest.spyOn(logger, 'warn');
    await warmUp(http, request, logger);
    expect(String((warn.mock.calls[0]?.[0] as { err?: unknown }).err)).toContain('Cannot query field');
    expect(asked.length).toBeLessThan(8);
  });

  it('accepts its own signature until the warm-up is over, and no longer', () => {
    const { signer, texts, end } = ownSignatures(testSignatures().of('book'));
    const request = { audience: 'book', path: GRAPHQL_PATH, body: '{}' };
    const verify = () => createIdentityVerifier({ ...ofBook, texts }).verify(signer.sign(null, request), request);
    expect(verify().caller).toBeNull();
    end();
    expect(verify).toThrow('not valid');
  });

  it('gives up a warm-up that takes too long', async () => {
    answer = () => new Promise(() => undefined);
    await expect(warmUp(http, request, logger, 50)).resolves.toBeUndefined();
  });
});
