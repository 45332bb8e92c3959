import {
  accepted,
  eventually,
  librarian,
  member,
  readEvents,
  type ReceivedSpan,
  type SpanReceiver,
  type System,
} from '@rentalbook/test-kit';

const NAME = 'Zaphod Beeblebrox';
const MEMBER = 'zaphod-42';
const TITLE = 'The Restaurant at the End';

/** What a system that sends its spans to `receiver` records of a story, all of it. */
export const tracesOf = (under: () => { readonly system: System; readonly receiver: SpanReceiver }): void => {
  describe('the spans of a story', () => {
    let token: string | undefined;
    let rent: readonly ReceivedSpan[];
    let eventTypes: readonly string[];

    beforeAll(async () => {
      const { system, receiver } = under();
      const events = await readEvents(system);
      const libby = await librarian(system);
      const zaphod = await member(system, MEMBER, NAME);
      token = zaphod.token;
      const { id: bookId } = accepted(await libby.addBook(TITLE, 1));
      await eventually(async () => (await zaphod.reserve(bookId)).entity);
      const { id: rentalId } = accepted(await zaphod.rent(bookId));
      await zaphod.ask(`mutation { reserveBook(input: { bookId: "${TITLE}" }) { refusal { code } } }`);
      accepted(await zaphod.giveBack(rentalId));
      const { traceId } = await eventually(
        () => receiver.spans().find(named('command RentBook', { 'rentalbook.aggregate.key': bookId })),
        { what: 'the span of the command' },
      );
      const followed = await eventually(
        () => {
          const found = events.of(bookId).filter(({ correlationId }) => correlationId === traceId);
          return found.some(({ eventType }) => eventType === 'Loaned') && found;
        },
        { what: 'every event of the rent' },
      );
      eventTypes = followed.map(({ eventType }) => eventType);
      rent = await eventually(
        () => {
          const spans = receiver.spans().filter((span) => span.traceId === traceId);
          const isWhole = eventTypes.every((type) => spans.some(named(`project ${type}`)));
          return isWhole && spans.some(({ parentSpanId }) => parentSpanId === undefined) && spans;
        },
        { what: 'the projection of every event' },
      );
      await events.close();
    });

    it('hold nothing of the member, the title or the token, in no attribute of any span', () => {
      const spans = under().receiver.spans();
      expect(spans.length).toBeGreaterThan(100);
      for (const secret of [MEMBER, NAME, TITLE, token ?? '', 'alice', 'libby', 'Title 1'])
        expect(spans.filter(({ text }) => text.includes(secret)).map(({ name }) => name)).toEqual([]);
    });

    it('that were sent together are linked, both ways', () => {
      const spans = under().receiver.spans();
      const byId = new Map(spans.map((span) => [span.spanId, span]));
      const linked = spans.filter(({ name, links }) => name.startsWith('send ') && links.length > 0);
      expect(linked.length).toBeGreaterThan(0);
      for (const { spanId, links } of linked)
        for (const link of links) expect(byId.get(link.spanId)?.links.map((back) => back.spanId)).toContain(spanId);
    });

    it('say what a command came to, and show MongoDB below what uses it', () => {
      const one = rent.find(named('command RentBook'));
      expect(one?.attributes).toMatchObject({
        'rentalbook.outcome': 'ACCEPTED',
        'rentalbook.attempts': expect.anything(),
      });
      const write = rent.find(({ name, parentSpanId }) => name === 'write' && parentSpanId === one?.spanId);
      const below = rent.filter(({ parentSpanId }) => parentSpanId === write?.spanId).map(({ name }) => name);
      expect(below).toContain('update aggregates');
    });

    it('of a rent are one trace, from the router to the projection of each event', () => {
      const ids = new Set(rent.map(({ spanId }) => spanId));
      const roots = rent.filter(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId));
      expect(roots.map(({ service, name }) => `${service} ${name}`)).toEqual(['router POST /graphql']);
      expect(eventTypes).toEqual(expect.arrayContaining(['Rentaled', 'Checked', 'Loaned']));
    });

    it('name the operation of each request, in the terms of the semantic conventions', () => {
      const requests = rent.filter(({ name, attributes }) => name === 'POST /graphql' && 'http.route' in attributes);
      const operations = requests.map(({ service, attributes }) =>
        [service, attributes['graphql.operation.type']].join(' '),
      );
      expect(operations).toEqual(expect.arrayContaining(['router mutation', 'rental mutation']));
      expect(operations.filter((one) => !/ (query|mutation)$/.test(one))).toEqual([]);
    });

    it('have those of the gateway between the request and the call of a subgraph', () => {
      const byId = new Map(rent.map((span) => [span.spanId, span]));
      const above = (span: ReceivedSpan | undefined): string[] =>
        span ? [`${span.service} ${span.name}`, ...above(byId.get(span.parentSpanId ?? ''))] : [];
      const subgraph = rent.find(({ service, name }) => service === 'rental' && name === 'POST /graphql');
      expect(above(subgraph)).toEqual([
        'rental POST /graphql',
        'router POST /graphql',
        'router gateway.fetch',
        'router gateway.execute',
        'router gateway.request',
        'router POST /graphql',
      ]);
    });
  });
};

const named =
  (name: string, attributes: Readonly<Record<string, unknown>> = {}) =>
  (span: ReceivedSpan): boolean =>
    span.name === name && Object.entries(attributes).every(([key, value]) => span.attributes[key] === value);
