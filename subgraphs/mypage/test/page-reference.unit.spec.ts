import { subgraphSchema, uncollectedParts } from '@rentalbook/service-kit';
import { graphql } from 'graphql';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolvers } from '../src/resolvers';

const schema = subgraphSchema(readFileSync(join(__dirname, '../src/schema.graphql'), 'utf8'), resolvers);
const alice = { memberId: 'alice', name: 'Alice', roles: ['member'] };
const librarian = { memberId: 'lena', name: 'Lena', roles: ['librarian'] };

async function pagesFor(caller: typeof alice, ...memberIds: string[]) {
  const { data, errors } = await graphql({
    schema,
    source:
      'query($of: [_Any!]!) { _entities(representations: $of) { ... on MyPage { memberId member { id name } } } }',
    variableValues: { of: memberIds.map((memberId) => ({ __typename: 'MyPage', memberId })) },
    contextValue: { caller, parts: uncollectedParts },
  });
  return { pages: data?.['_entities'], codes: errors?.map(({ extensions }) => extensions['code']) };
}

const page = (memberId: string, name: string) => ({ memberId, member: { id: memberId, name } });

describe('a page that is referred to by its member', () => {
  it('has the name of its member for that member', async () => {
    expect((await pagesFor(alice, 'alice')).pages).toEqual([page('alice', 'Alice')]);
  });

  it('never has the name of the librarian who reads it, except on their own page', async () => {
    const { pages } = await pagesFor(librarian, 'alice', 'lena', 'bob');
    expect(pages).toEqual([page('alice', 'alice'), page('lena', 'Lena'), page('bob', 'bob')]);
  });

  it('is refused to another member', async () => {
    expect((await pagesFor(alice, 'bob')).codes).toEqual(['FORBIDDEN']);
  });
});
