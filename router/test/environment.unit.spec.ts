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

  const noHost = 'is not the name or the address of a host alone, such as library.example or [::1]';
  it.each([
    ['a host with a port', 'library.example:8443'],
    ['a host with a scheme', 'https://library.example'],
    ['a host with a path', 'library.example/graphql'],
    ['a pattern of hosts', '*.example'],
    ['an address in half of its brackets', '[::1'],
    ['a host with a space', 'library example'],
    ['a host of nothing', ''],
  ])('are refused for %s, which no request would name', (_, entry) => {
    expect(() => readEnvironment({ ...enough, ALLOWED_HOSTS: `localhost,${entry}` })).toThrow(
      `Setting ALLOWED_HOSTS: "localhost,${entry}" does not fit: "${entry}" ${noHost}; leave out scheme, port, path and patterns.`,
    );
  });

  it('take hosts as browsers send them, an IPv6 address also without its brackets', () => {
    const hosts = 'Library.example, ::1,[0:0::2],192.0.2.7,router,bücher.example';
    expect(readEnvironment({ ...enough, ALLOWED_HOSTS: hosts }).allowedHosts).toEqual([
      ...['library.example', '[::1]', '[::2]', '192.0.2.7', 'router', 'xn--bcher-kva.example'],
    ]);
  });

  it.each([
    ['https://app.example/', 'write https://app.example'],
    ['https://app.example:443', 'write https://app.example'],
    ['https://App.example', 'write https://app.example'],
    ['https://libby:s3cret@app.example', 'write https://app.example'],
    ['app.example', 'list each origin with its scheme, such as https://app.example'],
    ['app.example:8443', 'list each origin with its scheme, such as https://app.example'],
    ['*', 'list each origin with its scheme, such as https://app.example'],
    ['https://*.example', 'list each origin with its scheme, such as https://app.example'],
    ['null', 'list each origin with its scheme, such as https://app.example'],
    ['', 'list each origin with its scheme, such as https://app.example'],
  ])('are refused for the origin "%s", which no browser sends', (entry, remedy) => {
    const read = () => readEnvironment({ ...enough, CORS_ORIGINS: `https://library.example,${entry}` });
    expect(read).toThrow(/^Setting CORS_ORIGINS: ".*" does not fit: ".*" is not an origin as browsers send it; /);
    expect(read).toThrow(`; ${remedy}.`);
    expect(read).not.toThrow(/s3cret/);
  });

  it('take origins of pages and of applications', () => {
    const origins = ['https://app.example', 'http://localhost:3000', 'http://[::1]:3000', 'capacitor://localhost'];
    expect(readEnvironment({ ...enough, CORS_ORIGINS: origins.join(', ') }).CORS_ORIGINS).toEqual(origins);
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
