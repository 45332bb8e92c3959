import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { chanceOf } from '../conformance/chance';
import { eventLog } from '../conformance/event-log';
import { removeOldRecords } from '../engines/old-records';
import { eventTrailIn } from '../../subgraphs/mypage/src/projections/event-trail/event-trail';
import { TOPIC, type Engines } from './consumer-under-test';
import type { PageUnderTest } from './page-under-test';
import type { TrailEntry } from '../../subgraphs/mypage/src/application/views';

const ALL = { after: undefined, before: undefined, limit: 1_000, backward: false };
/** The events of the log have one correlation id. */
const CORRELATION_ID = 'simulated';
const idsOf = (entries: readonly { readonly id: string }[]): readonly string[] => entries.map(({ id }) => id).sort();

/** What the trail of a page has, on the engines that it runs on. */
export const eventTrailOf = (under: () => { readonly engines: Engines; readonly page: PageUnderTest }): void => {
  const trail = (): Promise<readonly TrailEntry[]> => eventTrailIn(under().page.connection).slice(CORRELATION_ID, ALL);
  const shown = async (log: readonly RentalbookEvent[]): Promise<void> => {
    await under().page.publish(...log);
    await under().page.untilLevel(log);
  };

  it('has every event that the page has applied, and the same after a repeat of all of them and a rebuild', async () => {
    const log = eventLog(chanceOf(11), 60);
    await shown(log);
    const before = await trail();
    expect(idsOf(before)).toEqual(idsOf(log));
    for (const { publishedAt, applied } of before)
      expect([publishedAt === null, applied.map(({ service }) => service)]).toEqual([false, ['mypage']]);
    await under().page.publish(...log);
    await under().page.rebuild();
    expect(await trail()).toEqual(before);
  });

  it('gets events of a release without a trail in a rebuild: their sending is known, their application is not', async () => {
    const log = eventLog(chanceOf(12), 40);
    await shown(log);
    await under().page.connection.dropCollection('mypage_trail');
    expect(await trail()).toEqual([]);
    await under().page.rebuild({ verifyOnly: true });
    const found = await trail();
    expect(idsOf(found)).toEqual(idsOf(log));
    for (const { publishedAt, applied } of found) expect([publishedAt === null, applied]).toEqual([false, []]);
  });

  it('lists events that the topic no longer has, without the time of their sending', async () => {
    const log = eventLog(chanceOf(13), 60);
    await shown(log);
    await under().page.storeEventLogs(log);
    await under().page.connection.dropCollection('mypage_trail');
    await removeOldRecords(under().engines.brokers, TOPIC, 5);
    await under().page.rebuild({ verifyOnly: true });
    const found = await trail();
    expect(idsOf(found)).toEqual(idsOf(log));
    const [sent, unknown] = [true, false].map((isSent) => found.filter((one) => (one.publishedAt !== null) === isSent));
    expect([sent?.length, unknown?.length]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(unknown?.length).toBeGreaterThan(0);
  });
};
