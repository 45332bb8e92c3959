import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const subgraphs = join(root, 'subgraphs');

/** The SDL of each subgraph, by its name. */
export const schemas: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(subgraphs).map((name) => [name, readFileSync(join(subgraphs, name, 'src/schema.graphql'), 'utf8')]),
);

/** The graph that the router serves, with the rules of each field. */
export const supergraph = readFileSync(join(root, 'router/supergraph.graphql'), 'utf8');
