import { sharedSystem } from '../end-to-end/support/shared-system';
import { createProject, strictTsconfig, type Project } from './support/project';

const system = sharedSystem();

const USE = `
  import type { ResultOf, VariablesOf } from '@graphql-typed-document-node/core';
  import { useFragment, graphql, type FragmentType } from './gql';
  import { MyPageStatus, RefusalCode } from './gql/graphql';

  const Entry = graphql(\`
    fragment Entry on MyPageEntry {
      id
      bookTitle
      status
      dueAt
    }
  \`);
  const Reserve = graphql(\`
    mutation Reserve($input: ReserveBookInput!) {
      reserveBook(input: $input) {
        reservation {
          id
          position
        }
        refusal {
          code
        }
      }
    }
  \`);
  const Page = graphql(\`
    query Page($first: Int) {
      myPage {
        entries(first: $first) {
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
  \`);

  export const variables: VariablesOf<typeof Reserve> = { input: { bookId: '1' } };
  // @ts-expect-error: the id of the book is required.
  export const incomplete: VariablesOf<typeof Reserve> = { input: {} };
  export const isBlocked = ({ reserveBook }: ResultOf<typeof Reserve>): boolean =>
    reserveBook?.refusal?.code === 'MEMBER_BLOCKED';
  export const previous = ({ myPage }: ResultOf<typeof Page>): string | null | undefined =>
    myPage?.entries.pageInfo.hasPreviousPage ? myPage.entries.pageInfo.startCursor : null;
  export const dueAt = (entry: FragmentType<typeof Entry>): string | null | undefined => useFragment(Entry, entry).dueAt;
  // @ts-expect-error: a field that the fragment does not select.
  export const position = (entry: FragmentType<typeof Entry>): unknown => useFragment(Entry, entry).position;
`;

let project: Project;
beforeAll(() => {
  project = createProject({
    'tsconfig.json': strictTsconfig(),
    'codegen.json': JSON.stringify({
      schema: system.url,
      documents: 'src/*.ts',
      generates: {
        'src/gql/': { preset: 'client', config: { strictScalars: true, scalars: { DateTime: 'string' } } },
      },
    }),
    'src/use.ts': USE,
  });
});
afterAll(() => {
  project.remove();
});

it('generates typed documents against the running router, whose use the compiler checks', async () => {
  await project.run('graphql-codegen', '--config', 'codegen.json');
  await project.run('tsc', '-p', 'tsconfig.json');
});
