import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { owners, services, subgraphs } from '../../tools/services';

/** One process reads one setting: its name, and its default, `required`, or `–` when it may stay unset. */
type Reading = `${string} ${string} = ${string}`;

const root = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Which processes read what an environment.ts names outside of the shapes that others spread. */
const readers: Readonly<Record<string, string>> = {
  'tools/cli': 'npm start',
  'engines/kafka': 'embedded-kafka',
  'engines/mongo': 'embedded-mongo',
  'packages/test-kit': 'tests',
  router: 'router',
  ...Object.fromEntries(subgraphs.map((name) => [`subgraphs/${name}`, name])),
};
/** The groups of processes that the table names by one word. */
const groups: Readonly<Record<string, readonly string[]>> = { services, subgraphs };
/** What every program has, and we give no meaning to. */
const FOREIGN = ['PATH', 'HOME', 'TMPDIR'];

describe('the settings', () => {
  const inCode = readInCode();

  it('stand in the table of docs/settings.md with their defaults and readers, each of them and no other', () => {
    expect(readInReadme()).toEqual(inCode);
  });

  it.each(['router', ...subgraphs.map((name) => `subgraphs/${name}`)])(
    'of %s stand in its .env.template with their defaults, each with what it means',
    (folder) => {
      const reader = readers[folder] ?? '';
      expect(readInTemplate(folder, reader)).toEqual(inCode.filter((reading) => reading.startsWith(`${reader} `)));
    },
  );

  it('are read by a known process, whichever environment.ts names them', () => {
    const folders = ['engines', 'packages', 'subgraphs', 'tools'].flatMap((parent) =>
      readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
    );
    const withSettings = [...folders, 'router'].filter((folder) =>
      existsSync(join(root, folder, 'src/environment.ts')),
    );
    expect(withSettings.sort()).toEqual(Object.keys(readers).sort());
  });
});

function readInCode(): Reading[] {
  const kit = read('packages/service-kit/src/settings/environment.ts');
  const shape = (name: string) => settingsOf(new RegExp(`export const ${name} = \\{(.*?)\\n\\};`, 's').exec(kit)?.[1]);
  const shared = [
    ...services.flatMap((reader) => readingsOf(reader, shape('commonSettings'))),
    ...services.flatMap((reader) => readingsOf(reader, shape('tracingSettings'))),
    ...services.flatMap((reader) => readingsOf(reader, shape('kafkaSettings'))),
    ...subgraphs.flatMap((reader) => readingsOf(reader, shape('engineSettings'))),
    ...owners.flatMap((reader) => readingsOf(reader, shape('commandSettings'))),
    ...['router', ...owners].flatMap((reader) => readingsOf(reader, shape('signingSettings'))),
    ...subgraphs.flatMap((reader) => readingsOf(reader, shape('subgraphSettings'))),
  ];
  const own = Object.entries(readers).flatMap(([folder, reader]) =>
    readingsOf(reader, settingsOf(read(`${folder}/src/environment.ts`))),
  );
  return [...shared, ...own].sort();
}

function readingsOf(reader: string, settings: readonly [string, string][]): Reading[] {
  return settings.map(([name, value]): Reading => `${reader} ${name} = ${value}`);
}

/** The settings that a piece of an environment.ts names, as keys of a zod shape or by taking process.env apart. */
function settingsOf(source = ''): [string, string][] {
  const code = source.replaceAll(/\/\*\*.*?\*\//gs, '');
  const takenApart = /const \{ ([^}]+) \} = (?:process\.env|environment);/g;
  const taken = [...code.matchAll(takenApart)]
    .flatMap(([, names = '']) => names.split(', '))
    .map((name): [string, string] => {
      const [, setting = '', fallback = ''] = /^([A-Z_]+)(?:: \w+)?(?: = '(.*)')?$/.exec(name) ?? [];
      return [setting, fallback];
    });
  const shaped = code
    .replaceAll(takenApart, '')
    .split(/(?:^ +|, )(?=[A-Z][A-Z0-9_]+: )/m)
    .flatMap((piece): [string, string][] => {
      const [, name, schema = ''] = /^([A-Z][A-Z0-9_]+): (.*?)(?:\n *\}|$)/s.exec(piece) ?? [];
      return name === undefined ? [] : [[name, fallbackOf(schema)]];
    });
  return [...taken, ...shaped]
    .filter(([name]) => !FOREIGN.includes(name))
    .map(([name, value]) => [name, value === '' ? '–' : value]);
}

function fallbackOf(schema: string): string {
  if (schema.includes('.optional()')) return '–';
  const [, fallback] = /\.default\((.*?)\)/.exec(schema) ?? [];
  if (fallback === undefined) return 'required';
  return fallback
    .replace(/^'(.*)'$/, '$1')
    .replace(/^\[\]$/, '')
    .replaceAll(/(?<=\d)_(?=\d)/g, '');
}

function readInReadme(): Reading[] {
  const rows = read('docs/settings.md').matchAll(/^\| `([A-Z][A-Z0-9_]+)`\s*\| (.+?)\s*\| (.+?)\s*\|/gm);
  return [...rows]
    .flatMap(([, name = '', value = '', who = '']) =>
      who
        .split(', ')
        .flatMap((reader) => groups[reader] ?? [reader])
        .map((reader): Reading => `${reader.replaceAll('`', '')} ${name} = ${value.replaceAll('`', '')}`),
    )
    .sort();
}

/** A template has, for each setting, a line that says what it means, and the setting: commented out with its default. */
function readInTemplate(folder: string, reader: string): Reading[] {
  const entries = read(`${folder}/.env.template`).matchAll(/^# .+\n(#?)([A-Z][A-Z0-9_]+)=(.*)$/gm);
  return [...entries]
    .map(([, hidden, name = '', value = '']): Reading => {
      const shown = hidden === '' ? 'required' : value;
      return `${reader} ${name} = ${shown === '' ? '–' : shown}`;
    })
    .sort();
}
