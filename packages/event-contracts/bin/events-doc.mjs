// Writes docs/events.md from the contracts; --check only says whether the committed one is fresh.
import { build } from 'esbuild';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const contracts = 'packages/event-contracts/src';
const target = join(root, 'docs/events.md');
const read = (file) => readFileSync(join(root, file), 'utf8');

const { z, eventContracts } = await load();
const files = readdirSync(join(root, contracts), { recursive: true }).filter((file) => file.endsWith('.event.ts'));
const consumers = {
  Book: handledBy('book', 'catalogue-book'),
  Reserve: handledBy('reserve', 'circulation-state'),
  Rental: handledBy('rental', 'book-rentals'),
  MyPage: shownOnMyPage(),
};
const events = Object.entries(eventContracts).map(([name, contract]) => {
  const { source, schemaVersion, data } = z.toJSONSchema(contract).properties;
  const ofVersion = files.filter((one) => one.endsWith(`.v${schemaVersion.const}.event.ts`));
  const file = ofVersion.find((one) => read(join(contracts, one)).includes(`'${name}',`));
  const meaning = /\/\*\* (.+?) \*\/\nexport const/s.exec(read(join(contracts, file)))[1];
  const consumed = Object.keys(consumers).filter((service) => consumers[service].includes(name));
  return { name, version: schemaVersion.const, publisher: source.const, consumed, meaning, data, file };
});

const page = await format(render(), { ...(await resolveConfig(target)), filepath: target });
if (!process.argv.includes('--check')) writeFileSync(target, page);
else if (read('docs/events.md') !== page) {
  process.stderr.write(
    'docs/events.md is stale; run "node packages/event-contracts/bin/events-doc.mjs" and commit it.\n',
  );
  process.exit(1);
}

/** The contracts are TypeScript: they are bundled in memory. */
async function load() {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { z } from 'zod'; export { eventContracts } from './index';`,
      resolveDir: join(root, contracts),
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const module = { exports: {} };
  new Function('module', 'require', outputFiles[0].text)(module, createRequire(import.meta.url));
  return module.exports;
}

function handledBy(service, decider) {
  return /const handles = \[([^\]]*)\]/.exec(read(`subgraphs/${service}/src/domain/${decider}.ts`))[1].match(/\w+/g);
}

function shownOnMyPage() {
  const lines = read('subgraphs/mypage/src/subscriptions.ts').matchAll(/^ {2}([A-Z]\w+): (\w+),$/gm);
  return [...lines].filter(([, , handler]) => handler !== 'null').map(([, name]) => name);
}

function render() {
  const overview = events.map(
    ({ name, version, publisher, consumed, meaning }) =>
      `| [${name}](#${name.toLowerCase()}) | ${version} | ${publisher} | ${consumed.join(', ') || '–'} | ${meaning} |`,
  );
  return `# Events

Generated from \`packages/event-contracts\` by \`node packages/event-contracts/bin/events-doc.mjs\`; a test fails while it is stale.

All events are on one topic, \`KAFKA_TOPIC\`, as JSON. **The message key is the \`bookId\`**, so that the events of one title keep
their order.

| event | version | publisher | consumed by | meaning |
| --- | --- | --- | --- | --- |
${overview.join('\n')}

## Envelope

Every event carries these fields besides its \`data\`.

${fieldsOf(envelopeOf())}
${events.map(section).join('\n')}`;
}

function section({ name, version, publisher, data, file }) {
  const sample = file.replace('.event.ts', '.sample.json');
  return `## ${name}

Version ${version}, published by ${publisher}: [contract](../${contracts}/${file}), [sample](../${contracts}/${sample}).

${fieldsOf(data)}`;
}

/** What all contracts have in common: a source, type and version of their own, and the same fields around the data. */
function envelopeOf() {
  const { properties, required } = z.toJSONSchema(Object.values(eventContracts)[0]);
  const own = { source: { type: 'string' }, eventType: { type: 'string' }, schemaVersion: { type: 'integer' } };
  const fields = Object.entries({ ...properties, ...own }).filter(([field]) => field !== 'data');
  return { properties: Object.fromEntries(fields), required };
}

function fieldsOf({ properties, required }) {
  const rows = Object.entries(properties).map(
    ([field, schema]) => `| \`${field}\` | ${typeOf(schema)} | ${required.includes(field) ? 'yes' : 'no'} |`,
  );
  return `| field | type | always |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

function typeOf({ const: literal, enum: words, anyOf, type, items, format: kind, pattern, maxLength, maxItems }) {
  if (literal !== undefined) return `"${literal}"`;
  if (words) return words.map((word) => `\`${word}\``).join(', ');
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (type === 'array') return `up to ${maxItems} of: ${typeOf(items)}`;
  if (kind) return kind;
  if (pattern) return `text that matches \`${pattern.replaceAll('|', '\\|')}\``;
  return maxLength ? `text, up to ${maxLength} characters` : type;
}
