import type { EventOf } from '@rentalbook/event-contracts';
import { mongo, type Connection } from 'mongoose';
import { eventTrailIn, type EventTrail } from '../../subgraphs/mypage/src/projections/event-trail/event-trail';
import { collectionOf, readModelVersion } from '../../subgraphs/mypage/src/projections/versions/read-model-version';

const PAGE = { after: undefined, before: undefined, limit: 21, backward: false };
const at = (second: number): string => new Date(Date.UTC(2026, 2, 2, 12, 0, second)).toISOString();

let made = 0;
function eventOf(correlationId: string, second: number, cause?: string): EventOf<'Withdrawn'> {
  made += 1;
  return {
    id: `0198f3a0-0000-7000-8000-${String(made).padStart(12, '0')}`,
    source: 'book',
    eventType: 'Withdrawn',
    timestamp: at(second),
    schemaVersion: 1,
    key: 'a-book',
    sequence: made,
    correlationId,
    ...(cause !== undefined && { causationId: cause }),
    actor: 'libby',
    data: { bookId: 'a-book', copyId: 'copy-1', reason: 'worn' },
  };
}

/** What is recorded of events, in a database of which `examined` says how many documents it held against a filter so far. */
export const eventTrailOf = (under: () => { readonly connection: Connection; readonly examined: number }): void => {
  let trail: EventTrail;
  beforeAll(async () => {
    trail = eventTrailIn(under().connection);
    await trail.prepare();
  });
  const read = (correlationId: string) => trail.slice(correlationId, PAGE);
  it('comes to the same in whatever order events are recorded, and however often', async () => {
    const cause = eventOf('any-order', 1);
    const effect = eventOf('any-order', 2, cause.id);
    const whole = [
      { id: cause.id, applied: [{ service: 'book', at: at(2) }] },
      {
        id: effect.id,
        causationId: cause.id,
        publishedAt: at(3),
        applied: [{ service: 'mypage', at: at(4) }],
      },
    ];
    const recordEffect = (second: number) =>
      trail.record([{ event: effect, publishedAt: Date.parse(at(second)) }], new Date(at(second + 1)));
    await recordEffect(3);
    // Of the cause no more is known than that it was applied.
    expect(await read('any-order')).toMatchObject(whole.slice(1));
    await trail.record([{ event: cause }]);
    expect(await read('any-order')).toMatchObject(whole);
    await recordEffect(9);
    await trail.record([{ event: effect }, { event: cause }, { event: effect }]);
    expect(await read('any-order')).toMatchObject(whole);
  });

  it('lists an event that was discarded, and does not call it applied', async () => {
    await trail.record([{ event: eventOf('discarded', 1), discarded: true }], new Date(at(2)));
    expect(await read('discarded')).toMatchObject([{ sequence: made, applied: [] }]);
  });

  it('calls an event applied once its views are written, and not where that fails', async () => {
    const { connection } = under();
    const page = readModelVersion(connection, 7, () => new Date(at(9)));
    await page.prepare();
    const event: EventOf<'Subscribed'> = {
      ...{ ...eventOf('applied', 1), source: 'reserve', eventType: 'Subscribed', sequence: 1 },
      data: {
        ...{ reservationId: 'a-reservation', userId: 'alice', userNm: 'Alice', ticket: 1, status: 'Booking' },
        ...{ bookId: 'a-book', bookNm: 'Middlemarch' },
      },
    };
    const consume = () => page.consume([{ event, traceparent: undefined }]);
    const { bulkWrite } = mongo.Collection.prototype;
    const writes = jest.spyOn(mongo.Collection.prototype, 'bulkWrite').mockImplementation(function (
      this: mongo.Collection,
      ...given
    ) {
      return this.collectionName === collectionOf(7, 'reservations')
        ? Promise.reject(new Error('lost'))
        : bulkWrite.apply(this, given);
    });
    await expect(consume()).rejects.toThrow('lost');
    writes.mockRestore();
    expect(await read('applied')).toEqual([]);
    await consume();
    expect(await read('applied')).toMatchObject([{ applied: [{ service: 'mypage', at: at(9) }] }]);
  });

  it('has no time of sending where the record has none', async () => {
    await trail.record([{ event: eventOf('sent', 1) }]);
    expect(await read('sent')).toMatchObject([{ publishedAt: null }]);
  });

  it('orders events by when they were decided, and those of one decision by their numbers', async () => {
    const [first, second, later] = [eventOf('order', 1), eventOf('order', 1), eventOf('order', 2)];
    await trail.record([later, second, first].map((event) => ({ event })));
    expect((await read('order')).map(({ id }) => id)).toEqual([first.id, second.id, later.id]);
    const backward = await trail.slice('order', { ...PAGE, limit: 1, backward: true });
    expect(backward.map(({ id }) => id)).toEqual([later.id]);
    const after = { position: backward[0]?.order ?? '', inclusive: false };
    expect(await trail.slice('order', { ...PAGE, after })).toEqual([]);
  });

  it('costs what is listed, however long the log is and however long the trail', async () => {
    await trail.record(Array.from({ length: 300 }, (_, n) => ({ event: eventOf(`other-${String(n)}`, 1) })));
    await trail.record(Array.from({ length: 300 }, (_, n) => ({ event: eventOf('long', n) })));
    const [page] = await trail.slice('long', { ...PAGE, limit: 1, backward: true });
    const before = under().examined;
    const last = { position: page?.order ?? '', inclusive: true };
    expect(await trail.slice('long', { ...PAGE, before: last, backward: true })).toHaveLength(PAGE.limit);
    expect(under().examined - before).toBeLessThan(2 * PAGE.limit);
  });
};
