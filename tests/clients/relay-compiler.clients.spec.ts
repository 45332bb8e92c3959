import { anonymous } from '@rentalbook/test-kit';
import { sharedSystem } from '../end-to-end/support/shared-system';
import { introspectedSdl } from './support/introspect';
import { createProject, type Project } from './support/project';
import { addTitles } from './support/titles';

const system = sharedSystem();

const CATALOGUE = `
  import { graphql } from 'relay-runtime';

  export const catalogue = graphql\`
    fragment catalogue_books on Query
      @argumentDefinitions(
        count: { type: "Int", defaultValue: 2 }
        cursor: { type: "String" }
        search: { type: "String" }
      )
      @refetchable(queryName: "cataloguePaginationQuery") {
      books(first: $count, after: $cursor, search: $search) @connection(key: "catalogue_books", filters: ["search"]) {
        edges {
          node {
            id
            title
            queueLength
          }
        }
      }
    }
  \`;

  export const query = graphql\`
    query catalogueQuery($search: String!) {
      ...catalogue_books @arguments(search: $search)
    }
  \`;
`;

/** A list that pages in both directions: Relay selects every field of its page info. */
const SHELF = `
  import { graphql } from 'relay-runtime';

  export const shelf = graphql\`
    fragment shelf_books on Query
      @argumentDefinitions(
        first: { type: "Int" }
        after: { type: "String" }
        last: { type: "Int" }
        before: { type: "String" }
        search: { type: "String" }
      )
      @refetchable(queryName: "shelfPaginationQuery") {
      books(first: $first, after: $after, last: $last, before: $before, search: $search)
        @connection(key: "shelf_books", filters: ["search"]) {
        edges {
          node {
            title
          }
        }
      }
    }
  \`;
`;

let project: Project;
let output: string;
beforeAll(async () => {
  project = createProject({
    'relay.config.json': JSON.stringify({
      src: 'src',
      schema: 'schema.graphql',
      language: 'typescript',
      eagerEsModules: true,
      customScalarTypes: { DateTime: 'string' },
    }),
    'src/catalogue.ts': CATALOGUE,
    'src/shelf.ts': SHELF,
  });
  project.write('schema.graphql', await introspectedSdl(system));
  output = await project.run('relay-compiler', '--noWatchman');
});
afterAll(() => {
  project.remove();
});

/** The operation that the compiler wrote into an artifact. */
function compiledText(name: string): string {
  const artifact = project.read(`src/__generated__/${name}.graphql.ts`);
  const text = /"text": (".*")/.exec(artifact)?.[1];
  if (text === undefined) throw new Error(`The artifact of ${name} has no text: ${artifact}`);
  return JSON.parse(text) as string;
}

interface Page {
  readonly books: {
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly title: string } }[];
    readonly pageInfo: {
      readonly endCursor: string;
      readonly startCursor: string;
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
    };
  };
}
const titlesOf = ({ books }: Page): string[] => books.edges.map(({ node }) => node.title);

it('compiles connections and refetchable fragments against the schema that the router introspects', () => {
  expect(output).toMatch(/Compilation completed/);
  expect(project.read('src/__generated__/catalogue_books.graphql.ts')).toContain('"__catalogue_books_connection"');
});

it('pages forward with the operations that the compiler wrote', async () => {
  const { search, names } = await addTitles(system, 3);
  const first = await anonymous(system).data<Page>(compiledText('catalogueQuery'), { search });
  expect(titlesOf(first)).toEqual(names.slice(0, 2));

  const cursor = first.books.pageInfo.endCursor;
  const second = await anonymous(system).data<Page>(compiledText('cataloguePaginationQuery'), {
    search,
    cursor,
    count: 2,
  });

  expect(titlesOf(second)).toEqual(names.slice(2));
  expect(second.books.pageInfo).toMatchObject({ hasNextPage: false });
});

it('pages backward with the operation that the compiler wrote', async () => {
  const { search, names } = await addTitles(system, 3);
  const text = compiledText('shelfPaginationQuery');
  const last = await anonymous(system).data<Page>(text, { search, last: 2 });
  expect(titlesOf(last)).toEqual(names.slice(1));

  const before = last.books.pageInfo.startCursor;
  const first = await anonymous(system).data<Page>(text, { search, last: 2, before });

  expect(titlesOf(first)).toEqual(names.slice(0, 1));
  expect(first.books.pageInfo).toMatchObject({ hasPreviousPage: false });
});
