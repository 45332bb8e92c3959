import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

/** A query that reaches an object of each type of introspection. */
const reach: Readonly<Record<string, (selection: string) => string>> = {
  __Schema: (selection) => `{ __schema { ${selection} } }`,
  __Directive: (selection) => `{ __schema { directives { ${selection} } } }`,
  __Type: (selection) => `{ __type(name: "Book") { ${selection} } }`,
  __Field: (selection) => `{ __type(name: "Book") { fields { ${selection} } } }`,
  __InputValue: (selection) => `{ __type(name: "AddBookInput") { inputFields { ${selection} } } }`,
  __EnumValue: (selection) => `{ __type(name: "BookStatus") { enumValues { ${selection} } } }`,
};

/** Introspection lists the types around a named type as `ofType`, which is null for the named type itself. */
interface TypeRef {
  readonly kind: string;
  readonly ofType?: TypeRef | null;
}
const isComposite = ({ kind, ofType }: TypeRef): boolean => (ofType ? isComposite(ofType) : kind === 'OBJECT');

describe('introspection', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouterUnderTest();
  });
  afterAll(() => router.stop());

  const introspect = async (query: string): Promise<IntrospectionQuery> => {
    const { status, body } = await router.post({ query });
    expect({ query, status, errors: body.errors }).toEqual({ query, status: 200, errors: undefined });
    return body.data as unknown as IntrospectionQuery;
  };

  it('answers the query of tools with every option on', async () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      directiveIsRepeatable: true,
      inputValueDeprecation: true,
      oneOf: true,
      schemaDescription: true,
      specifiedByUrl: true,
    });
    const schema = buildClientSchema(await introspect(query));
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toContain('myPage');
  });

  it('lists neither the rules of the graph nor what they are made of', async () => {
    const { __schema: listed } = await introspect(getIntrospectionQuery());
    expect(listed.directives.map(({ name }) => name).sort()).toEqual([
      ...['deprecated', 'include', 'oneOf', 'skip', 'specifiedBy'],
    ]);
    expect(listed.types.filter(({ name }) => /allow|__To/.test(name))).toEqual([]);
  });

  it('answers every field that it lists, also with deprecated ones', async () => {
    const { __schema: listed } = await introspect(getIntrospectionQuery());
    const own = listed.types.filter(({ kind, name }) => kind === 'OBJECT' && name.startsWith('__'));
    expect(own.map(({ name }) => name).sort()).toEqual(Object.keys(reach).sort());
    for (const type of own) {
      const fields = 'fields' in type ? type.fields : [];
      for (const { name, args, type: result } of fields) {
        const below = isComposite(result) ? '{ __typename }' : '';
        for (const given of ['', ...(args.length > 0 ? ['(includeDeprecated: true)'] : [])])
          await introspect(reach[type.name]?.(`${name}${given} ${below}`) ?? '');
      }
    }
  });

  it('answers through fragments, variables and conditions, beside fields of subgraphs', async () => {
    router.subgraphs.book.behave(() => ({ data: { book: { id: '1' } } }));
    const { body } = await router.post({
      query: `query($type: String!, $yes: Boolean = true, $no: Boolean!) {
        before: __typename
        ...Introspection
        book(id: "1") { id }
        left: __schema @include(if: $no) { description }
      }
      fragment Introspection on Query { found: __type(name: $type) @include(if: $yes) { ...Names } }
      fragment Names on __Type { __typename: name isOneOf ofType { name } }`,
      variables: { type: 'Book', no: false },
    });
    expect(JSON.stringify(body)).toBe(
      JSON.stringify({
        data: {
          before: 'Query',
          found: { __typename: 'Book', isOneOf: null, ofType: null },
          book: { id: '1' },
        },
      }),
    );
  });

  it('says nothing of itself in production', async () => {
    const production = await startRouterUnderTest({ NODE_ENV: 'production' });
    const { status, body } = await production.post({ query: '{ __type(name: "Book") { isOneOf } }' });
    expect([status, body.errors?.[0]?.extensions]).toEqual([400, { code: 'GRAPHQL_VALIDATION_FAILED' }]);
    await production.stop();
  });
});
