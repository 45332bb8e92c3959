import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { collectionOf, views } from '../../subgraphs/mypage/src/projections/versions/read-model-version';
import { removeOldRecords } from '../engines/old-records';
import { TOPIC, until } from './consumer-under-test';
import { admin, engines, expectPagesOf, logOf, page, refused } from './rebuild.support';

/** What the live page loses, apart from its first records of the topic. */
const losses: Readonly<Record<string, () => Promise<void>>> = {
  'one document': async () => {
    await page.connection.collection(collectionOf(0, 'rentals')).deleteOne({});
  },
  'all documents': async () => {
    for (const view of views) await page.connection.collection(collectionOf(0, view)).deleteMany({});
  },
};

describe('differences that are accepted', () => {
  it.each(Object.entries(losses))(
    'replace a page that lost %s, also where the topic lost its first records',
    async (_what, lose) => {
      const log = logOf(200);
      await page.publish(...log);
      await page.untilLevel(log);
      await page.storeEventLogs(log);
      await removeOldRecords(engines.brokers, TOPIC, 25);
      await lose();
      expect(await refused(() => page.rebuild())).toContain('differs');

      await page.rebuild({ acceptDifferences: true });
      await page.untilVersion((await page.pointer()).active);
      await expectPagesOf(log);
    },
  );

  it('bring what Kafka lost before the page had read it, once the key that it parked is settled', async () => {
    const log = logOf(200);
    const lost = log.find(({ eventType }) => eventType === 'Returned');
    await page.storeEventLogs(log);
    await page.publish(...log.filter((event) => event !== lost));
    await until('the key is parked', async () => (await admin.parkedKeys())[0]?.record.cause === 'gap');
    expect(await refused(() => page.rebuild({ acceptDifferences: true }))).toMatch(/has parked .*settle/);
    for (const key of await admin.parkedKeys()) await admin.replay(key, true);
    await page.untilLevel(log);
    await page.rebuild({ acceptDifferences: true });
    await page.untilVersion((await page.pointer()).active);
    await expectPagesOf(log);
  });

  it('are made from the topic alone, where the event log of a service begins later', async () => {
    const log = logOf(200);
    await page.publish(...log);
    await page.untilLevel(log);
    await page.storeEventLogs(log.slice(100));
    await page.connection.collection(collectionOf(0, 'rentals')).deleteOne({});
    await page.rebuild({ acceptDifferences: true });
    await page.untilVersion((await page.pointer()).active);
    await expectPagesOf(log);
  });

  it.each([150, 0])(
    'never take a page back behind what members have seen: the event logs have %d of 200 events, the topic none',
    async (kept) => {
      const log = logOf(200);
      await page.publish(...log);
      await page.untilLevel(log);
      await page.storeEventLogs(log.slice(0, kept));
      await engines.replaceKafka();
      await engines.createTopic();
      expect(await refused(() => page.rebuild({ acceptDifferences: true }))).toMatch(
        /^The rebuilt page differs from the live one, and --accept-differences does not apply: it is at event \d+ of \w+\/\S+, where the live one is at \d+, and behind in \d+ more, so that members would lose what they have seen; nothing was switched\. The first that differ:/,
      );
    },
  );

  it('are none for an event that an operator discarded, where it comes from an event log after a restore', async () => {
    const log = logOf(200);
    await discardOne(log);
    await page.storeEventLogs(log);
    await removeOldRecords(engines.brokers, TOPIC, 25);
    // A restore leaves out what speaks of offsets.
    await page.connection.dropCollection('parked');
    await page.rebuild();
    await page.untilVersion(1);
    await page.rebuild({ verifyOnly: true });
  });

  it('are none for an event that the release before discarded, once a rebuild has read it from the topic', async () => {
    const log = logOf(200);
    await discardOne(log);
    await page.connection.collection('mypage_trail').updateMany({}, { $unset: { discarded: 1 } });
    await page.rebuild({ verifyOnly: true });
    await page.storeEventLogs(log);
    await removeOldRecords(engines.brokers, TOPIC, 25);
    await page.connection.dropCollection('parked');
    await page.rebuild({ verifyOnly: true });
  });
});

/** Publishes a log of which an operator discards one event, with a message before it that parked its key. */
async function discardOne(log: readonly RentalbookEvent[]): Promise<void> {
  const unwanted = log.find(({ eventType }) => eventType === 'Returned');
  if (!unwanted) throw new Error('the log has no event that MyPage shows');
  const { key } = unwanted;
  const at = log.indexOf(unwanted);
  await page.publish(...log.slice(0, at));
  await engines.outside.publish(TOPIC, [{ key, value: '{', headers: {} }]);
  await page.publish(...log.slice(at));
  const waiting = log.slice(at).filter((event) => event.key === key).length + 1;
  await until('all dead letters wait', async () => (await admin.parkedKeys())[0]?.record.waiting === waiting);
  const [parked] = await admin.parkedKeys();
  const [poison, event] = parked?.deadLetters ?? [];
  if (!parked || !poison || !event) throw new Error('the key has two dead letters');
  await admin.discard(parked, poison, 'no event');
  const record = await admin.discard(parked, event, 'unwanted');
  await admin.replay({ ...parked, record }, false);
  await page.untilLevel(log);
}
