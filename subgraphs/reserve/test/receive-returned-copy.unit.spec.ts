import {
  createIdentitySigner,
  createIdentityVerifier,
  createLogger,
  createSignedTexts,
  IDENTITY_HEADER,
  IDENTITY_PURPOSE,
  requireIdentity,
} from '@rentalbook/service-kit';
import { testSignatures } from '@rentalbook/test-kit/signatures';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Circulation } from '../src/application/ports';
import { mountReturnedCopies, RETURNS_PATH } from '../src/returned-copy.route';

const keys = testSignatures('router', 'rental');
const textsOf = (service: string) => createSignedTexts(keys.of(service), IDENTITY_PURPOSE);
const returned = {
  rentalId: 'rental-1',
  userId: 'alice',
  userNm: 'Alice',
  bookId: 'book-1',
  bookNm: 'Emma',
  copyId: 'copy-1',
};
const BODY = JSON.stringify({ returned, actor: 'alice', correlationId: 'test', traceparent: '' });
const signedFor = (body: string, by = 'rental', path = RETURNS_PATH): string =>
  createIdentitySigner(textsOf(by)).sign(
    { memberId: 'alice', name: 'Alice', roles: [] },
    { audience: 'reserve', path, body },
  );

describe('a return that is reported to Reserve', () => {
  let http: FastifyInstance;
  let takenBack: string[];
  const post = (payload: string, headers: Record<string, string>) =>
    http.inject({
      method: 'POST',
      url: RETURNS_PATH,
      headers: { 'content-type': 'application/json', ...headers },
      payload,
    });

  beforeEach(() => {
    takenBack = [];
    const circulation: Circulation = {
      execute(bookId) {
        takenBack.push(bookId);
        return Promise.resolve({ outcome: { accepted: 'rental-1' }, sequence: 7 });
      },
      recordRefusal: () => Promise.reject(new Error('there is no refusal to record')),
      waitForReplica: () => Promise.resolve(),
    };
    const signers = { [RETURNS_PATH]: 'rental' };
    const verifier = createIdentityVerifier({ texts: textsOf('reserve'), audience: 'reserve', signers });
    http = Fastify();
    requireIdentity(http, verifier, createLogger('reserve', 'silent'), { isUnavailable: () => false });
    mountReturnedCopies(http, circulation);
  });
  afterEach(() => http.close());

  it('frees the copy when it carries the token that Rental signed for it', async () => {
    const { statusCode, body } = await post(BODY, { [IDENTITY_HEADER]: signedFor(BODY) });
    expect({ statusCode, body, takenBack }).toEqual({ statusCode: 200, body: '{"sequence":7}', takenBack: ['book-1'] });
  });

  it('frees nothing without the token that Rental signs', async () => {
    const { statusCode } = await post(BODY, {});
    expect({ statusCode, takenBack }).toEqual({ statusCode: 401, takenBack: [] });
  });

  it.each([
    ['the router signed, which calls another path', signedFor(BODY, 'router')],
    ['Rental signed for another path', signedFor(BODY, 'rental', '/graphql')],
  ])('frees nothing with a token that %s', async (_what, header) => {
    const { statusCode } = await post(BODY, { [IDENTITY_HEADER]: header });
    expect({ statusCode, takenBack }).toEqual({ statusCode: 401, takenBack: [] });
  });

  it('frees nothing when it names no copy', async () => {
    const body = JSON.stringify({ returned: { rentalId: 'rental-1' } });
    const { statusCode } = await post(body, { [IDENTITY_HEADER]: signedFor(body) });
    expect({ statusCode, takenBack }).toEqual({ statusCode: 400, takenBack: [] });
  });
});
