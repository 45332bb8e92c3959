import type { Clock, HttpService, Logger } from '@rentalbook/service-kit';
import { CompactSign, exportJWK, generateKeyPair, type CompactJWSHeaderParameters, type CryptoKey } from 'jose';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { readEnvironment } from '../../src/environment';
import { startRouter, type OperationTexts } from '../../src/start-router';
import { startFakeSubgraph, type FakeSubgraph } from './fake-subgraph';

export const IDENTITY_SECRET = 'a secret of the tests, long enough to be one';
export type SubgraphName = 'book' | 'reserve' | 'rental' | 'mypage';

export const supergraph = readFileSync(join(__dirname, '../../supergraph.graphql'), 'utf8');
const operations = join(__dirname, '../../operations');
/** The names of the files of router/operations, without their extension. */
export const operationFiles = readdirSync(operations)
  .map((file) => file.replace(/\.graphql$/, ''))
  .sort();
export const operationTexts = Object.fromEntries(
  operationFiles.map((file) => [file, readFileSync(join(operations, `${file}.graphql`), 'utf8')]),
) as OperationTexts;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: {
      message: string;
      path?: unknown[];
      locations?: unknown;
      extensions?: Record<string, unknown>;
    }[];
    readonly extensions?: unknown;
  };
}

export interface RouterUnderTest {
  readonly url: string;
  readonly subgraphs: Readonly<Record<SubgraphName, FakeSubgraph>>;
  readonly service: HttpService;
  /** Every line that the router logged. */
  readonly log: Record<string, unknown>[];
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  token(claims?: Claims): Promise<string>;
  post(body: unknown, headers?: Record<string, string>): Promise<Answer>;
  fetch(path: string, init?: RequestInit): Promise<Answer>;
  stop(): Promise<void>;
}

/** A whole router between a test and four fake subgraphs. */
export async function startRouterUnderTest(
  settings: Record<string, string> = {},
  clock?: Clock,
): Promise<RouterUnderTest> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const folder = mkdtempSync(join(tmpdir(), 'rentalbook-router-'));
  const keysFile = join(folder, 'jwks.json');
  writeFileSync(keysFile, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'EdDSA' }] }));
  const [book, reserve, rental, mypage] = await Promise.all([
    startFakeSubgraph(() => ({ data: { book: null } })),
    startFakeSubgraph(() => ({ data: {} })),
    startFakeSubgraph(() => ({ data: {} })),
    startFakeSubgraph(() => ({ data: {} })),
  ]);
  const subgraphs = { book, reserve, rental, mypage };
  const log: Record<string, unknown>[] = [];
  const logger: Logger = pino(
    { level: 'debug' },
    { write: (line: string) => void log.push(JSON.parse(line) as object as Record<string, unknown>) },
  );
  const service = await startRouter({
    settings: readEnvironment({
      PORT: '0',
      HOST: '127.0.0.1',
      NODE_ENV: 'development',
      IDENTITY_SECRET,
      JWT_JWKS_FILE: keysFile,
      BOOK_URL: book.url,
      RESERVE_URL: reserve.url,
      RENTAL_URL: rental.url,
      MYPAGE_URL: mypage.url,
      ...settings,
    }),
    supergraph,
    operations: operationTexts,
    logger,
    ...(clock && { clock }),
  });
  const url = `http://127.0.0.1:${String(service.port)}`;

  const call = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(url + path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  };
  return {
    url,
    subgraphs,
    service,
    log,
    privateKey,
    publicKey,
    token: (claims = {}) => signToken(privateKey, claims),
    post: (body, headers = {}) =>
      call('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    fetch: call,
    async stop() {
      await service.stop();
      rmSync(folder, { recursive: true });
      await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.stop()));
    },
  };
}

/** Claims of a token: also such as no honest issuer would make. One that is undefined is left out. */
export type Claims = Readonly<Record<string, unknown>>;

/** A token that the router accepts, with claims changed. */
export function signToken(
  key: CryptoKey,
  claims: Claims,
  header: CompactJWSHeaderParameters = { alg: 'EdDSA', kid: 'test' },
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const usual = { sub: 'alice', name: 'Alice', roles: ['member'], iss: 'rentalbook', aud: 'rentalbook', exp: now + 60 };
  const payload = Buffer.from(JSON.stringify({ ...usual, ...claims }));
  return new CompactSign(payload).setProtectedHeader(header).sign(key);
}

function parsed(text: string): Answer['body'] {
  try {
    return JSON.parse(text) as Answer['body'];
  } catch {
    return {};
  }
}
