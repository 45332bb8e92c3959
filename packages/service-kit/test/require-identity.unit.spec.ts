import { testSignatures } from '@rentalbook/test-kit/signatures';
import pino from 'pino';
import {
  createIdentitySigner,
  createIdentityVerifier,
  createSignedTexts,
  GRAPHQL_PATH,
  IDENTITY_HEADER,
  IDENTITY_PURPOSE,
  startHttpService,
  type HttpService,
} from '../src';
import { requireIdentity } from '../src/graphql/subgraph';

const keys = testSignatures('router', 'book');
const textsOf = (service: string) => createSignedTexts(keys.of(service), IDENTITY_PURPOSE);
const logger = pino({ level: 'silent' });

describe('a service that requires identities', () => {
  let http: HttpService;
  let served: string[];
  beforeEach(async () => {
    served = [];
    http = await startHttpService({
      port: 0,
      host: 'localhost',
      logger,
      readiness: () => Promise.resolve(undefined),
      routes: (app) => {
        const signers = { [GRAPHQL_PATH]: 'router' };
        const verifier = createIdentityVerifier({ texts: textsOf('book'), audience: 'book', signers });
        requireIdentity(app, verifier, logger, { isUnavailable: () => false });
        const handler = ({ method }: { readonly method: string }) => {
          served.push(method);
          return { served: method };
        };
        app.route({ method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], url: GRAPHQL_PATH, handler });
        app.get('/open', { config: { withoutIdentity: true } }, handler);
        return Promise.resolve();
      },
    });
  });
  afterEach(() => http.stop());

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)(
    'serves no %s without one',
    async (method) => {
      const { statusCode } = await http.inject({ method, url: `${GRAPHQL_PATH}?query={books}` });
      expect({ statusCode, served }).toEqual({ statusCode: 401, served: [] });
    },
  );

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)(
    'serves a %s whose body the identity is signed for',
    async (method) => {
      const body = '{}';
      const identity = createIdentitySigner(textsOf('router')).sign(null, {
        audience: 'book',
        path: GRAPHQL_PATH,
        body,
      });
      const headers = { 'content-type': 'application/json', [IDENTITY_HEADER]: identity };
      const { statusCode } = await http.inject({ method, url: GRAPHQL_PATH, headers, payload: body });
      expect({ statusCode, served }).toEqual({ statusCode: 200, served: [method] });
    },
  );

  it('serves a GET with an identity no more than one without: it has no body that the identity could be signed for', async () => {
    const identity = createIdentitySigner(textsOf('router')).sign(null, {
      audience: 'book',
      path: GRAPHQL_PATH,
      body: '',
    });
    const { statusCode } = await http.inject({ url: GRAPHQL_PATH, headers: { [IDENTITY_HEADER]: identity } });
    expect({ statusCode, served }).toEqual({ statusCode: 401, served: [] });
  });

  it.each(['/open', '/healthz', '/readyz'])('serves %s, whose route says that it needs none', async (url) => {
    expect((await http.inject({ url })).statusCode).toBe(200);
  });
});
