import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The first version without a published vulnerability, for each line of versions that had a fix of its own; a package mirror
 * may not answer `npm audit`. An older line without an entry is vulnerable too.
 */
const floors: Readonly<Record<string, readonly string[]>> = {
  '@apollo/composition': ['2.9.5', '2.10.4', '2.11.5', '2.12.1'],
  '@apollo/gateway': ['2.12.1'],
  '@apollo/query-planner': ['2.12.1'],
  '@apollo/server': ['5.4.0'],
  '@babel/helpers': ['7.26.10'],
  '@babel/runtime': ['7.26.10'],
  '@babel/traverse': ['7.23.2'],
  '@eslint/plugin-kit': ['0.3.4'],
  '@fastify/static': ['10.1.3'],
  ajv: ['6.14.0', '8.18.0'],
  'ansi-regex': ['3.0.1', '4.1.1', '5.0.1', '6.0.1'],
  'body-parser': ['1.20.3', '2.2.1'],
  'brace-expansion': ['1.1.13', '2.0.3', '3.0.2', '5.0.5'],
  braces: ['3.0.3'],
  cookie: ['0.7.0'],
  'cross-spawn': ['6.0.6', '7.0.5'],
  esbuild: ['0.25.0'],
  fastify: ['5.8.5'],
  'find-my-way': ['8.2.2', '9.0.1'],
  flatted: ['3.4.2'],
  'form-data': ['2.5.4', '3.0.4', '4.0.4'],
  glob: ['10.5.0', '11.1.0'],
  immutable: ['3.8.3', '4.3.8', '5.1.5'],
  'js-yaml': ['3.14.2', '4.1.1'],
  json5: ['1.0.2', '2.2.2'],
  micromatch: ['4.0.8'],
  minimatch: ['3.1.3', '5.1.8', '9.0.7', '10.2.3'],
  minimist: ['1.2.6'],
  mongoose: ['8.9.5', '9.0.0'],
  'node-fetch': ['2.6.7', '3.1.1'],
  picomatch: ['2.3.2', '3.0.2', '4.0.4'],
  qs: ['6.14.2'],
  semver: ['5.7.2', '6.3.1', '7.5.2'],
  'sha.js': ['2.4.12'],
  undici: ['6.24.0', '7.24.0'],
  'word-wrap': ['1.2.4'],
  ws: ['7.5.10', '8.17.1'],
};

const lockfiles = ['package-lock.json', 'tests/clients/package-lock.json'];
const numbersOf = (version: string): number[] => version.split(/[-+]/)[0]?.split('.').map(Number) ?? [];

/** Negative when `one` comes before `other`. */
function compare(one: string, other: string): number {
  const [these, those] = [numbersOf(one), numbersOf(other)];
  for (const [place, number] of these.entries()) if (number !== those[place]) return number - (those[place] ?? 0);
  return 0;
}

/** A version is safe from the floor of its own major version on, or beyond all floors. */
function isSafe(version: string, of: readonly string[]): boolean {
  const [major] = numbersOf(version);
  const own = of.find((floor) => numbersOf(floor)[0] === major);
  return own === undefined ? of.every((floor) => compare(version, floor) > 0) : compare(version, own) >= 0;
}

it.each(lockfiles)('%s installs no version with a published vulnerability', (file) => {
  const { packages } = JSON.parse(readFileSync(join(__dirname, '../..', file), 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  const vulnerable = Object.entries(packages).filter(([path, { version }]) => {
    const of = floors[path.split('node_modules/').at(-1) ?? ''];
    return of !== undefined && version !== undefined && !isSafe(version, of);
  });
  expect(vulnerable).toEqual([]);
});

it.each([
  ['10.5.0', true],
  ['10.4.9', false],
  ['11.0.9', false],
  ['11.1.0', true],
  ['12.0.0', true],
  ['9.3.5', false],
])('glob %s is safe: %p', (version, safe) => {
  expect(isSafe(version, floors['glob'] ?? [])).toBe(safe);
});
