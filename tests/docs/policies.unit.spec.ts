import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { owners } from '../../tools/services';

const root = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The keys of a service's policies.ts with their defaults; an optional one has the default `–`. */
const policiesOf = (service: string): ReadonlyMap<string, string> =>
  new Map(
    [...read(`subgraphs/${service}/src/policies.ts`).matchAll(/^ {2}([A-Z_]+): z\.(.*),$/gm)].map(
      ([, name = '', schema = '']) => [name, /\.default\((.*?)\)/.exec(schema)?.[1] ?? '–'],
    ),
  );
const services = owners.filter((service) => existsSync(join(root, `subgraphs/${service}/src/policies.ts`)));
const policies = new Map(services.flatMap((service) => [...policiesOf(service)]));

describe('the policies', () => {
  it('stand in the table of docs/settings.md with their defaults, each of them and no other', () => {
    const [, table = ''] = read('docs/settings.md').split('\n## Policy\n');
    const rows = [...table.matchAll(/^\| ([A-Z_]+) +\| (\S+) +\|/gm)].map(([, name = '', value = '']) => [name, value]);
    expect(policies.size).toBeGreaterThan(1);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(policies));
  });

  it('stand in the ConfigMap "policy" with their defaults; the word of the library has one of its own', () => {
    const documents = parseAllDocuments(read('k8s/base/policies.yaml')).map(
      (document) => document.toJS() as { metadata: { name: string }; data: Record<string, string> },
    );
    const deployed = documents.find(({ metadata }) => metadata.name === 'policy')?.data;
    expect(deployed).toEqual(Object.fromEntries([...policies].filter(([name]) => name !== 'STATUS')));
  });

  it.each(services)('of %s stand in its README', (service) => {
    const names = [...policiesOf(service).keys()];
    const named = [...read(`subgraphs/${service}/README.md`).matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name);
    expect(named).toEqual(expect.arrayContaining(names));
  });
});
