import { ApolloServer } from '@apollo/server';
import { parse } from 'graphql';
import { BoundedCache, bytesOfDocument, bytesOfText, createDocumentStore } from '../src/graphql/bounded-cache';

const KIB = 1_024;
const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join('');

describe('a bounded cache', () => {
  it('evicts the least recently used entries once their bytes exceed the bound', async () => {
    const cache = new BoundedCache({ maxBytes: 3_000, bytesOf: bytesOfText });
    for (const key of ['a', 'b']) await cache.set(key, 'x'.repeat(500));
    await cache.get('a');
    await cache.set('c', 'x'.repeat(500));
    expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)))).toEqual([
      'x'.repeat(500),
      undefined,
      'x'.repeat(500),
    ]);
    expect(cache.bytes).toBeLessThanOrEqual(3_000);
  });

  it('does not store a value that alone exceeds the bound, and drops what stood under its key', async () => {
    const cache = new BoundedCache({ maxBytes: 1_000, bytesOf: bytesOfText });
    await cache.set('a', 'short');
    await cache.set('a', 'x'.repeat(1_000));
    expect(await cache.get('a')).toBeUndefined();
    expect(cache.bytes).toBe(0);
  });
});

describe('the size of a parsed document', () => {
  it.each([
    ['one long comment', `{ a } #${'x'.repeat(19_000)}`, 38_000],
    ['a long text in an argument', `{ a(b: "${'x'.repeat(19_000)}") }`, 38_000],
    ['many short comments', `{ a ${times(5_000, () => '#\n')} }`, 5_000 * 100],
    ['many fields', `{ ${times(900, (n) => `a${String(n)} `)} }`, 900 * 500],
  ])('counts %s', (_case, text, least) => {
    expect(bytesOfDocument(parse(text))).toBeGreaterThanOrEqual(least);
  });
});

describe('a document store', () => {
  it.each([
    ['long comments', (n: number) => `{ a } # ${String(n)} ${'x'.repeat(19_000)}`],
    ['many short comments', (n: number) => `{ a } # ${String(n)} ${'\n#'.repeat(5_000)}`],
    ['many fields', (n: number) => `{ a ${times(300, (field) => `b${String(n)}_${String(field)}: a `)} }`],
    ['long texts', (n: number) => `{ b(text: "${String(n)}${'x'.repeat(19_000)}") }`],
  ])('stays within its bound while a client sends distinct documents with %s', async (_case, documentOf) => {
    const maxBytes = 4_096 * KIB;
    const documentStore = createDocumentStore(maxBytes);
    const server = new ApolloServer({ typeDefs: 'type Query { a: Int b(text: String): Int }', documentStore });
    for (let sent = 0; sent < 150; sent += 1) {
      const { body } = await server.executeOperation({ query: documentOf(sent) });
      expect(body).toMatchObject({ singleResult: { errors: undefined } });
      expect(documentStore.bytes).toBeLessThanOrEqual(maxBytes);
    }
    expect(documentStore.bytes).toBeGreaterThan(maxBytes / 4);
    await server.stop();
  });
});
