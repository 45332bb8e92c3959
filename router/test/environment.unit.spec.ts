import { systemClock } from '@rentalbook/timing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { readEnvironment } from '../src/environment';
import { openKeys } from '../src/identity/open-keys';

const enough = { JWT_JWKS_FILE: '/keys/jwks.json' };

describe('the settings of the router', () => {
  it('are complete with the place of the keys', () => {
    const settings = readEnvironment(enough);
    expect(settings).toMatchObject({
      PORT: 4000,
      JWT_ALGORITHM: 'EdDSA',
      JWT_ISSUER: 'rentalbook',
      development: false,
    });
    expect(Object.fromEntries(settings.subgraphs)).toEqual({
      book: 'http://localhost:4001/graphql',
      reserve: 'http://localhost:4002/graphql',
      rental: 'http://localhost:4003/graphql',
      mypage: 'http://localhost:4004/graphql',
    });
  });

  it.each([
    ['a version that is none', { SIGNATURE_VERSION: '3' }, /^Setting SIGNATURE_VERSION: "3" does not fit/],
    ['an address that is none', { BOOK_URL: 'book:4001' }, /Setting BOOK_URL: "book:4001" does not fit: is an http/],
    [
      'an address with a password, without showing it',
      { BOOK_URL: 'book://libby:s@cret@book' },
      /^Setting BOOK_URL: "book:\/\/book" does not fit/,
    ],
    ['a secret shared with every service', { JWT_ALGORITHM: 'HS256' }, /Setting JWT_ALGORITHM: "HS256" does not fit/],
    ['no algorithm at all', { JWT_ALGORITHM: 'none' }, /Setting JWT_ALGORITHM: "none" does not fit/],
    ['a time limit of nothing', { SUBGRAPH_TIMEOUT_MS: '0' }, /Setting SUBGRAPH_TIMEOUT_MS: "0" does not fit/],
    [
      'an operation that ends before a call of a subgraph can time out',
      { SUBGRAPH_TIMEOUT_MS: '5000', OPERATION_TIMEOUT_MS: '5000' },
      /^Settings OPERATION_TIMEOUT_MS and SUBGRAPH_TIMEOUT_MS: .* 5000 ms, .* 5000 ms .* set a longer OPERATION_TIMEOUT_MS or a shorter SUBGRAPH_TIMEOUT_MS\.$/,
    ],
    [
      'an operation that ends before a call of a subgraph times out by default',
      { OPERATION_TIMEOUT_MS: '3000' },
      /^Settings OPERATION_TIMEOUT_MS and SUBGRAPH_TIMEOUT_MS: /,
    ],
    ['a safelist that is neither off nor required', { SAFELIST: 'on' }, /Setting SAFELIST: "on" does not fit/],
    ['no keys', { JWT_JWKS_FILE: '' }, /JWT_JWKS_FILE and JWT_JWKS_URL: neither is set; set exactly one/],
    [
      'an issuer whose keys anyone on the way could replace',
      { JWT_JWKS_FILE: '', JWT_JWKS_URL: 'http://idp.example/keys' },
      /^Setting JWT_JWKS_URL: "http:\/\/idp.example\/keys" is not encrypted, .* use https\.$/,
    ],
    ['two places of keys', { JWT_JWKS_URL: 'https://idp/keys' }, /JWT_JWKS_FILE and JWT_JWKS_URL: both are set/],
  ])('are refused for %s', (_, more, message) => {
    expect(() => readEnvironment({ ...enough, ...more })).toThrow(message);
  });

  it('name every fault at once', () => {
    expect(() => readEnvironment({ PORT: 'x', RENTAL_URL: 'y' })).toThrow(/PORT[^]*RENTAL_URL/);
  });

  it('are refused for a file of keys that does not exist or holds none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rentalbook-keys-'));
    const file = join(folder, 'jwks.json');
    const options = { logger: pino({ level: 'silent' }), clock: systemClock };
    expect(() => openKeys({ file }, options)).toThrow(
      `the file "${file}" does not exist; name a file with {"keys": [ … ]}.`,
    );
    writeFileSync(file, '{"key": 1}');
    expect(() => openKeys({ file }, options)).toThrow(/is not a readable JSON Web Key Set/);
    rmSync(folder, { recursive: true });
  });
});
