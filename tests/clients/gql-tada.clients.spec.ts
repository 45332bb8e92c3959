import { sharedSystem } from '../end-to-end/support/shared-system';
import { createProject, strictTsconfig, type Project } from './support/project';

const system = sharedSystem();

const USE = `
  import { initGraphQLTada, type FragmentOf, type ResultOf, type VariablesOf, readFragment } from 'gql.tada';
  import type { introspection } from './graphql-env';

  const graphql = initGraphQLTada<{ introspection: introspection; scalars: { DateTime: string } }>();

  const entry = graphql(\`
    fragment Entry on MyPageEntry {
      id
      bookTitle
      status
      dueAt
    }
  \`);
  const page = graphql(\`
    query Page($status: [MyPageStatus!], $before: String) {
      myPage {
        entries(last: 5, before: $before, status: $status) {
          edges {
            node {
              ...Entry
            }
          }
          pageInfo {
            startCursor
            hasPreviousPage
          }
        }
      }
    }
  \`, [entry]);

  export const variables: VariablesOf<typeof page> = { status: ['BOOKING', 'READY'] };
  // @ts-expect-error: a status that the graph does not have.
  export const unknownStatus: VariablesOf<typeof page> = { status: ['SOLD'] };
  export const previous = ({ myPage }: ResultOf<typeof page>): string | null | undefined =>
    myPage?.entries.pageInfo.hasPreviousPage ? myPage.entries.pageInfo.startCursor : null;
  export const dueAt = (data: FragmentOf<typeof entry>): string | null => readFragment(entry, data).dueAt;
`;

let project: Project;
beforeAll(() => {
  const plugin = {
    name: 'gql.tada/ts-plugin',
    schema: './schema.graphql',
    tadaOutputLocation: './src/graphql-env.d.ts',
    tadaTurboLocation: './src/graphql-cache.d.ts',
  };
  project = createProject({ 'tsconfig.json': strictTsconfig([plugin]), 'src/use.ts': USE });
});
afterAll(() => {
  project.remove();
});

it('reads the schema from the running router, and the compiler infers the types of documents from it', async () => {
  await project.run('gql.tada', 'generate-schema', system.url);
  await project.run('gql.tada', 'generate-output');
  await project.run('gql.tada', 'check', '--fail-on-warn');
  await project.run('tsc', '-p', 'tsconfig.json');
  expect(project.read('schema.graphql')).toMatch(/type BookConnection/);

  await project.run('gql.tada', 'turbo', '--fail-on-warn');
  expect(project.read('src/graphql-cache.d.ts')).toMatch(/query Page/);
  await project.run('tsc', '-p', 'tsconfig.json');
});
