import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The first version without a published vulnerability, for each line of versions that had a fix of its own; a package mirror
 * may not answer `npm audit`. An older line without an entry is vulnerable too.
 */
const floors: Readonly<Record<string, readonly string[]>> = {
  '@apollo/gateway': ['2.12.1'],
  '@apollo/query-planner': ['2.12.1'],
  '@apollo/server': ['5.4.0'],
  '@fastify/static': ['10.1.3'],
  'brace-expansion': ['1.1.12', '2.0.2', '3.0.1', '4.0.1'],
  braces: ['3.0.3'],
  cookie: ['0.7.0'],
  'cross-spawn': ['6.0.6', '7.0.5'],
  esbuild: ['0.25.0'],
  fastify: ['5.7.3'],
  'find-my-way': ['8.2.2', '9.0.1'],
  'form-data': ['2.5.4', '3.0.4', '4.0.4'],
  glob: ['10.5.0', '11.1.0'],
  'js-yaml': ['3.14.2', '4.1.1'],
  micromatch: ['4.0.8'],
  mongoose: ['8.9.5', '9.0.0'],
  semver: ['5.7.2', '6.3.1', '7.5.2'],
  undici: ['6.23.0', '7.18.2'],
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
