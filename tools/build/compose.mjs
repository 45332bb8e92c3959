import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, readArguments, root } from './prepare.mjs';
import { subgraphs } from './services.mjs';

const HELP = `Composes the subgraphs into router/supergraph.graphql.

  npm run compose
  npm run compose -- --check   only says whether the committed one is fresh
`;

const { values } = readArguments(HELP, { check: { type: 'boolean' } });
const target = join(root, 'router/supergraph.graphql');
const services = subgraphs.map((name, index) => ({
  name,
  url: `http://localhost:${4001 + index}/graphql`,
  typeDefs: parse(readFileSync(join(root, 'subgraphs', name, 'src/schema.graphql'), 'utf8')),
}));

const { errors, hints, supergraphSdl } = composeServices(services);
const complaints = [
  ...(errors ?? []).map((error) => `${error.extensions?.code ?? 'ERROR'}: ${error.message}`),
  ...(hints ?? []).map((hint) => `hint ${hint.definition.code}: ${hint.message}`),
];
if (complaints.length > 0) fail(complaints.join('\n'));

if (values.check) {
  if (readFileSync(target, 'utf8') !== supergraphSdl)
    fail('router/supergraph.graphql is stale; run "npm run compose" and commit it.');
  process.stdout.write('router/supergraph.graphql is fresh: no error, no hint.\n');
} else {
  writeFileSync(target, supergraphSdl);
  process.stdout.write('Wrote router/supergraph.graphql: no error, no hint.\n');
}
