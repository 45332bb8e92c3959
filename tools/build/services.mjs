// The list of services for scripts. Node 20 reads no TypeScript, so esbuild strips the types.
import { transformSync } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

const source = readFileSync(join(root, 'tools/services.ts'), 'utf8');
const { code } = transformSync(source, { loader: 'ts', format: 'esm' });

export const { deployments, entriesOf, folderOf, images, services, subgraphs } = await import(
  `data:text/javascript,${encodeURIComponent(code)}`
);
