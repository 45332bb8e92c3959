// Runs clients of GraphQL and their compilers against one running system; see tests/clients.
import { join } from 'node:path';
import { prepare, readArguments, root, run, say } from '../../build/prepare.mjs';

const CLIENTS = 'tests/clients';
const HELP = `npm run test:clients -- [NAME …]

Runs Apollo Client, urql, graphql-request, the Relay compiler, GraphQL Code Generator and gql.tada against a system that is
started for it on free ports and ended afterwards. Their packages, about 270 MB, are installed in ${CLIENTS} at first.

  NAME    only the files of ${CLIENTS} whose path contains it, like relay; all without a name
  --help  this

Exit 0 when every check passes, 1 otherwise.
`;

const { positionals } = readArguments(HELP, {}, true);
await prepare({ extra: [CLIENTS] });

say('Checking the types of the clients …');
const tsc = join(root, CLIENTS, 'node_modules/typescript/bin/tsc');
const typesCode = await run(process.execPath, [tsc, '--noEmit', '-p', CLIENTS]);
if (typesCode !== 0) process.exit(typesCode);

const jest = join(root, 'node_modules/jest/bin/jest.js');
process.exit(await run(process.execPath, [jest, ...positionals, '--selectProjects', 'clients']));
