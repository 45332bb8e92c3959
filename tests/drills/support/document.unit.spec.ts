import { commandBlocks, commandsIn } from './document';

const PAGE = `# Deploying

\`\`\`sh
one
two
\`\`\`

## Keys

\`\`\`yaml
# no heading
a: 1
\`\`\`

\`\`\`sh
three
\`\`\`
`;

it('finds the blocks of commands of a page, each with its heading', () => {
  expect(commandBlocks(PAGE)).toEqual([
    { heading: 'Deploying', script: 'one\ntwo' },
    { heading: 'Keys', script: 'three' },
  ]);
});

it('finds the commands within the prose, and neither those of blocks nor words in code', () => {
  const page =
    'Run `kubectl get pods`, or `npm run rebuild`; `kubectl` reads `KUBECONFIG`.\n\n```sh\n`kubectl get nodes`\n```\n';
  expect(commandsIn(page)).toEqual(['kubectl get pods', 'npm run rebuild']);
});
