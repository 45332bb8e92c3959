import { story, storyFiles } from '../src/ide/story';
import {
  operationFiles,
  operationTexts,
  startRouterUnderTest,
  type RouterUnderTest,
} from './support/router-under-test';

const asBrowser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

describe('the story in the IDE', () => {
  it('has every file with a number, in the order of their numbers', () => {
    expect(story.map(({ file }) => file)).toEqual(storyFiles);
    expect(operationFiles.filter((file) => /^\d/.test(file))).toEqual(storyFiles);
  });

  it('remembers only what its operations ask for', () => {
    for (const { file, remember = {} } of story)
      for (const path of Object.values(remember))
        for (const field of path) expect(operationTexts[file]).toMatch(new RegExp(`\\b${field}\\b`));
  });
});

describe('a browser at /', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouterUnderTest({
      IDE_MEMBER_TOKEN: 'token-of-a-member',
      IDE_LIBRARIAN_TOKEN: 'token-of-a-librarian',
    });
  });
  afterAll(() => router.stop());

  it('gets the IDE with the story, the tokens and the address to send to', async () => {
    const { status, text, headers } = await router.fetch('/', asBrowser);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const expected of ['AltairGraphQL.init', 'mutation AddBook', 'token-of-a-member', `${router.url}/graphql`])
      expect(text).toContain(expected);
    expect(text).not.toContain('{{secondMemberToken}}');
  });

  it('gets the event trail of a correlation id that a link names', async () => {
    const { text } = await router.fetch('/?correlationId=4bf92f3577b34da6a3ce929d0e0e4736', asBrowser);
    expect(text).toMatch(/correlationId: .4bf92f3577b34da6a3ce929d0e0e4736./);
    expect(text).toContain(`tabs[${String(storyFiles.indexOf('11-event-trail'))}].click()`);
    expect((await router.fetch('/', asBrowser)).text).toContain('tabs[0].click()');
  });

  it('gets nothing from anywhere else, and may not ask for it either', async () => {
    const { text, headers } = await router.fetch('/', asBrowser);
    const sources = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, source]) => source);
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((source) => /^(https?:)?\/\//.test(source ?? ''))).toEqual([]);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
    for (const file of ['main.js', 'styles.css']) expect((await router.fetch(`/ide/${file}`)).status).toBe(200);
  });

  it('gets the frame for scripts of users without an origin', async () => {
    const { headers } = await router.fetch('/ide/iframe-sandbox/index.html');
    expect(headers.get('content-security-policy')).toBe('sandbox allow-scripts');
  });

  it.each([
    ['a client that wants JSON', '/', { headers: { accept: 'application/json' } }],
    ['a way out of the folder', '/ide/..%2f..%2fpackage.json', asBrowser],
    ['a file that is not there', '/ide/nothing.js', asBrowser],
    ['a link with a script in it', '/?correlationId=%3C/script%3E', asBrowser],
    ['a link with two correlation ids', '/?correlationId=a&correlationId=b', asBrowser],
  ])('is not there for %s', async (_, path, init) => {
    const { status, body } = await router.fetch(path, init);
    expect([status, body.errors?.[0]?.extensions?.['code']]).toEqual([404, 'BAD_REQUEST']);
  });
});

describe('in production', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouterUnderTest({
      NODE_ENV: 'production',
      IDE_MEMBER_TOKEN: 'token-of-a-member',
      CORS_ORIGINS: 'https://library.example',
    });
    router.subgraphs.book.behave(() => ({ data: { book: null } }));
  });
  afterAll(() => router.stop());

  it('no caller gets the IDE, its files or its tokens', async () => {
    for (const path of ['/', '/ide/main.js', '/ide/iframe-sandbox/index.html']) {
      const { status, body, text } = await router.fetch(path, asBrowser);
      expect([status, body.errors?.[0]?.extensions?.['code']]).toEqual([404, 'BAD_REQUEST']);
      expect(text).not.toMatch(/altair|token|apollo|fastify/i);
    }
  });

  it.each(['{ __schema { types { name } } }', '{ __type(name: "Book") { name } }'])(
    'no caller gets the schema: %s',
    async (query) => {
      const { status, body, text } = await router.post({ query });
      expect([status, body.errors?.[0]?.extensions?.['code']]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
      expect(text).not.toContain('"Book"');
    },
  );

  it('no suggestion helps to guess a field', async () => {
    const { text } = await router.post({ query: '{ boks { edges { cursor } } }' });
    expect(text).toContain('GRAPHQL_VALIDATION_FAILED');
    expect(text).not.toMatch(/Did you mean|books/);
  });

  it('pages of the given origins may call, those of this machine and Apollo Sandbox may not', async () => {
    const origin = async (origin: string) =>
      (await router.post({ query: '{ book(id: "1") { id } }' }, { origin })).headers.get('access-control-allow-origin');
    expect(await origin('https://library.example')).toBe('https://library.example');
    expect(await origin('http://localhost:3000')).toBeNull();
    expect(await origin('https://studio.apollographql.com')).toBeNull();
  });

  it('pages of the given origins can read when to try again and how old an answer is', async () => {
    const { headers } = await router.post({ query: '{ book(id: "1") { id } }' }, { origin: 'https://library.example' });
    expect(headers.get('access-control-expose-headers')).toBe('age, retry-after');
  });
});
