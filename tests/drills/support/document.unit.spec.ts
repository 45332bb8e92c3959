import { commandBlocks } from './document';

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
