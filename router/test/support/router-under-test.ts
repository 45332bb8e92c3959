import {
  createIdentityVerifier,
  createSignedTexts,
  GRAPHQL_PATH,
  IDENTITY_PURPOSE,
  newSigningKey,
  type HttpService,
  type IdentityVerifier,
  type Logger,
} from '@rentalbook/service-kit';
import type { Clock } from '@rentalbook/timing';
import { exportJWK, generateKeyPair } from 'jose';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { readEnvironment } from '../../src/environment';
import { startRouter, type OperationTexts } from '../../src/start-router';
import { startFakeSubgraph, type FakeSubgraph } from './fake-subgraph';
import { askerAt, type Asker } from './http-answers';
import { signToken, type Claims, type TokenKeys } from './tokens';

/** As pino numbers the level. */
const ERROR = 50;
const routerKey = newSigningKey();
/** The router's own key, as a setting. */
export const SIGNING_KEY = String(routerKey.privateKey.export({ type: 'pkcs8', format: 'pem' }));

/** Verifies identities as Book does. */
export const bookVerifier = (): IdentityVerifier => {
  const acceptedKeys = new Map([[routerKey.kid, { service: 'router', publicKey: routerKey.publicKey }]]);
  return createIdentityVerifier({
    texts: createSignedTexts({ version: 2, secrets: () => [], acceptedKeys: () => acceptedKeys }, IDENTITY_PURPOSE),
    audience: 'book',
    signers: { [GRAPHQL_PATH]: 'router' },
  });
};
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

export type { Answer } from './http-answers';
export type { Claims } from './tokens';

export interface RouterUnderTest extends Asker, TokenKeys {
  readonly url: string;
  readonly subgraphs: Readonly<Record<SubgraphName, FakeSubgraph>>;
  readonly service: HttpService;
  /** Every line that the router logged. */
  readonly log: Record<string, unknown>[];
  /** Those lines that say that something is broken. */
  alarms(): readonly Record<string, unknown>[];
  /** How requests ended that were counted; needs METRICS_PORT, 0 for any. */
  outcomes(): Promise<readonly string[]>;
  token(claims?: Claims): Promise<string>;
  stop(): Promise<void>;
}

/** A whole router between a test and four fake subgraphs. */
export async function startRouterUnderTest(
  settings: Record<string, string> = {},
  clock?: Clock,
): Promise<RouterUnderTest> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const keys: TokenKeys = { privateKey, publicKey, kid: 'test' };
  const folder = mkdtempSync(join(tmpdir(), 'rentalbook-router-'));
  const keysFile = join(folder, 'jwks.json');
  writeFileSync(keysFile, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: keys.kid, alg: 'EdDSA' }] }));
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
      SIGNING_KEY,
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
  const metricsPort = log.find(({ msg }) => msg === 'serving metrics')?.['port'];

  return {
    url,
    subgraphs,
    service,
    log,
    alarms: () => log.filter(({ level }) => Number(level) >= ERROR),
    async outcomes() {
      const text = await (await fetch(`http://127.0.0.1:${String(metricsPort)}/metrics`)).text();
      return [...text.matchAll(/rentalbook_requests_total\{.*outcome="(\w+)"/g)].map(([, outcome = '']) => outcome);
    },
    ...keys,
    token: (claims = {}) => signToken(keys, claims),
    ...askerAt(url),
    async stop() {
      await service.stop();
      rmSync(folder, { recursive: true });
      await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.stop()));
    },
  };
}
