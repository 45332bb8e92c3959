import { createEventSignatures } from '@rentalbook/service-kit/event-signatures';
import { createIdentitySigner, createIdentityVerifier, IDENTITY_PURPOSE } from '@rentalbook/service-kit/identity';
import { createSignedTexts, type SignatureParts } from '@rentalbook/service-kit/signed-text';
import { signingKeyFrom } from '@rentalbook/service-kit/signing-keys';
import crypto, { createHmac, createPublicKey, verify } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CONSISTENCY_PURPOSE,
  createConsistencyTokens,
} from '../../packages/service-kit/src/consistency/consistency-token';
import { createPager } from '../../packages/service-kit/src/graphql/pagination';
import { createSeal } from '../../packages/service-kit/src/identity/seal';
import { returnedCopyBody } from '../../subgraphs/reserve/src/returned-copy.route';
import known from './known-values.cjs';

const RECORDED = join(__dirname, 'recorded');
const RETURNS = '/internal/returns';
const { secret, cursorSecret, pems, caller, bodies, positions, list, row, record } = known;

interface Formats {
  readonly identity: string;
  readonly anonymous: string;
  readonly returnsIdentity: string;
  readonly token: string;
  readonly cursor: string;
  /** A release with one secret signed no events. */
  readonly eventSignature?: string;
}
interface Recorded {
  readonly release: string;
  readonly formats: Readonly<Record<string, Formats>>;
}

const keys = Object.entries(pems).map(([service, pem]) => ({ service, ...signingKeyFrom(pem, false) }));
const acceptedKeys = new Map(
  keys.map(({ service, kid, privateKey }) => [kid, { service, publicKey: createPublicKey(privateKey) }]),
);
const keyOf = (service: string) => keys.find((key) => key.service === service);
const cursorSecretOf = (version: 1 | 2): string => (version === 1 ? secret : cursorSecret);

/** This release during an upgrade: it accepts both versions and writes one. */
function partsOf(service: string, version: 1 | 2): SignatureParts {
  const key = keyOf(service);
  return { version, secrets: () => [secret], acceptedKeys: () => acceptedKeys, ...(key && { signingKey: () => key }) };
}
const textsOf = (service: string, version: 1 | 2, purpose: string) =>
  createSignedTexts(partsOf(service, version), purpose);
const pagerOf = (version: 1 | 2) =>
  createPager<readonly string[]>(
    createSeal(() => [cursorSecretOf(version)], 'cursor'),
    list,
  );

async function cursorOf(version: 1 | 2, after?: string) {
  const read = jest.fn(() => Promise.resolve([row]));
  const { edges } = await pagerOf(version).connection(
    { first: 1, ...(after !== undefined && { after }) },
    read,
    (at) => at,
  );
  return { cursor: edges[0]?.cursor ?? '', read };
}

/** What this release writes, in each version. */
async function formatsOf(version: 1 | 2): Promise<Required<Formats>> {
  const signer = (service: string) => createIdentitySigner(textsOf(service, version, IDENTITY_PURPOSE));
  const query = { audience: 'book', path: '/graphql', body: bodies.query };
  const returns = { audience: 'reserve', path: RETURNS, body: bodies.returns };
  const rental = { memberId: caller.memberId, name: caller.memberId, roles: [] };
  return {
    identity: signer('router').sign(caller, query),
    anonymous: signer('router').sign(null, query),
    returnsIdentity: signer('rental').sign(rental, returns),
    token: createConsistencyTokens(textsOf('reserve', version, CONSISTENCY_PURPOSE)).token(positions),
    cursor: (await cursorOf(version)).cursor,
    eventSignature: createEventSignatures(partsOf('reserve', version), 'reserve', false).sign?.(record) ?? '',
  };
}

/** The content of a text, read as every release reads it; undefined where its signature is not the one that it expects. */
function contentOf(text: string, purpose: string, sealedWith = secret): unknown {
  const [, kid = '', payload = '', signature = ''] = text.split('.');
  if (text.startsWith('2.')) {
    const publicKey = acceptedKeys.get(kid)?.publicKey;
    const signed = Buffer.from(`2.${purpose}.${kid}.${payload}`);
    if (!publicKey || !verify(null, signed, publicKey, Buffer.from(signature, 'base64url'))) return undefined;
    return JSON.parse(Buffer.from(payload, 'base64url').toString());
  }
  const bytes = Buffer.from(text, 'base64url');
  const mac = createHmac('sha256', sealedWith).update(purpose).update('\0').update(bytes.subarray(16)).digest();
  return mac.subarray(0, 16).equals(bytes.subarray(0, 16)) ? JSON.parse(bytes.subarray(16).toString()) : undefined;
}

const recorded = readdirSync(RECORDED)
  .filter((file) => file.endsWith('.formats.json'))
  .map((file) => JSON.parse(readFileSync(join(RECORDED, file), 'utf8')) as Recorded);
const written = recorded.flatMap(({ release, formats }) =>
  Object.entries(formats).map(([version, one]) => [release, Number(version) as 1 | 2, one] as const),
);

beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(known.AT);
  jest.spyOn(crypto, 'randomUUID').mockReturnValue(known.ID);
});
afterEach(() => {
  jest.restoreAllMocks();
});

it('formats of the release before, and of the one with one secret, are recorded', () => {
  expect(written.map(([release, version]) => `${release} ${String(version)}`)).toEqual([
    '6cc7e2a 1',
    '6cc7e2a 2',
    '9bfa29a 1',
  ]);
});

describe.each(written)('release %s, which writes version %i,', (_release, version, before) => {
  it('has identities that a subgraph of this release accepts', () => {
    const verifierOf = (audience: string, signers: Readonly<Record<string, string>>) =>
      createIdentityVerifier({ texts: textsOf(audience, 2, IDENTITY_PURPOSE), audience, signers });
    const query = { path: '/graphql', body: bodies.query };
    const signers = { '/graphql': 'router', [RETURNS]: 'rental' };
    expect(verifierOf('book', signers).verify(before.identity, query).caller).toEqual(caller);
    expect(verifierOf('book', signers).verify(before.anonymous, query).caller).toBeNull();
    const returns = { path: RETURNS, body: bodies.returns };
    expect(verifierOf('reserve', signers).verify(before.returnsIdentity, returns).caller?.memberId).toBe('alice');
  });

  it('has consistency tokens, cursors and event signatures that this release accepts', async () => {
    const tokens = createConsistencyTokens(textsOf('mypage', 2, CONSISTENCY_PURPOSE));
    expect(tokens.parse(before.token)).toEqual({ positions, ignored: 0 });
    const { read } = await cursorOf(version, before.cursor);
    expect(read).toHaveBeenCalledWith(expect.objectContaining({ after: { position: row, inclusive: false } }));
    const { signerOf } = createEventSignatures(partsOf('mypage', 2), 'mypage', false);
    if (before.eventSignature !== undefined) expect(signerOf(before.eventSignature, record)).toBe('reserve');
  });

  it('has returned copies that Reserve of this release accepts', () => {
    expect(returnedCopyBody.parse(JSON.parse(bodies.returns))).toMatchObject({ actor: 'alice' });
  });

  it('finds in what this release writes all that it reads, signed as it expects', async () => {
    const now = await formatsOf(version);
    for (const name of ['identity', 'anonymous', 'returnsIdentity'] as const)
      expect(contentOf(now[name], IDENTITY_PURPOSE)).toMatchObject(contentOf(before[name], IDENTITY_PURPOSE) as object);
    expect(now.token).toBe(before.token);
    const sealedWith = cursorSecretOf(version);
    expect(contentOf(now.cursor, 'cursor', sealedWith)).toMatchObject(
      contentOf(before.cursor, 'cursor', sealedWith) as object,
    );
    if (before.eventSignature !== undefined) expect(now.eventSignature).toBe(before.eventSignature);
  });
});

it('what has a version that this release does not know is refused', async () => {
  const cursor = createSeal(() => [secret], 'cursor').seal({ v: 2, list, at: row });
  await expect(cursorOf(1, cursor)).rejects.toThrow('"after" is not a cursor of this list');
  expect(returnedCopyBody.safeParse({ ...(JSON.parse(bodies.returns) as object), version: 2 }).success).toBe(false);
  const { identity } = await formatsOf(2);
  expect(textsOf('book', 2, IDENTITY_PURPOSE).open(identity.replace(/^2/, '3'))).toBeUndefined();
});
