import mongoose, { type Connection } from 'mongoose';
import { GIVE_UP_AFTER_MS } from '@rentalbook/test-kit';
import { removeOldRecords } from '../engines/old-records';
import { TOPIC, until } from './consumer-under-test';
import { engines, page, admin, logOf, expectPagesOf, refused } from './rebuild.support';

describe('a rebuild of MyPage that meets another state', () => {
  it('is refused while another one is at work, which goes on', async () => {
    const log = logOf(100);
    await page.publish(...log);
    await page.untilLevel(log);
    const first = page.rebuild({ patienceMs: GIVE_UP_AFTER_MS });
    await until('the first has begun', async () => (await page.pointer()).building !== undefined);
    await expect(page.rebuild()).rejects.toThrow(/^Another rebuild of mypage is running/);
    await first;
    await page.untilVersion(1);
    await expectPagesOf(log);
  });

  it('stops at a page that differs and says where; differences that are accepted replace the wrong page', async () => {
    const log = logOf(100);
    await page.publish(...log);
    await page.untilLevel(log);
    const [{ _id: id } = { _id: '' }] = await page.connection
      .collection<{ _id: string }>('mypage_reservations')
      .find()
      .limit(1)
      .toArray();
    await page.connection
      .collection<{ _id: string }>('mypage_reservations')
      .updateOne({ _id: id }, { $set: { history: {} } });
    expect(await refused(() => page.rebuild())).toContain(`reservations ${id}`);
    expect(await refused(() => page.rebuild({ verifyOnly: true, acceptDifferences: true }))).toContain('differs');

    await page.rebuild({ acceptDifferences: true });
    expect(page.said.join('\n')).toContain(`reservations ${id}`);
    await page.untilVersion((await page.pointer()).active);
    await expectPagesOf(log);
  });

  it('changes nothing when it only verifies, and leaves nothing behind when it is interrupted', async () => {
    const log = logOf(100);
    await page.publish(...log);
    await page.untilLevel(log);
    const before = await page.collections();
    await page.rebuild({ verifyOnly: true });
    expect(await page.collections()).toEqual(before);
    expect(await page.pointer()).toMatchObject({ active: 0 });

    const interrupted = new AbortController();
    const reason = await refused(() =>
      page.rebuild({
        signal: interrupted.signal,
        print: () => {
          interrupted.abort();
        },
      }),
    );
    expect(reason).toContain('aborted');
  });

  it('finds a page without an entry the same, and leaves nothing behind', async () => {
    const before = await page.collections();
    await page.rebuild({ verifyOnly: true, connection: asBeforeMongo7(page.connection) });
    expect(await page.collections()).toEqual(before);
  });

  it('removes what a killed one left behind', async () => {
    const log = logOf(100);
    await page.publish(...log);
    await page.untilLevel(log);
    await page.connection
      .collection<{ _id: string }>('mypage_versions')
      .updateOne(
        { _id: 'mypage' },
        { $set: { latest: 1, building: { version: 1, owner: 'killed', seenAt: new Date(0) } } },
      );
    await page.connection.collection<{ _id: string }>('mypage_v1_rentals').insertOne({ _id: 'half' });
    await page.rebuild();
    await page.untilVersion(2);
    expect(await page.collections()).not.toContain('mypage_v1_rentals');
    await expectPagesOf(log);
  });

  it('passes over what the live page passed over: discarded messages and gaps that were accepted', async () => {
    const log = logOf(120);
    const lost = log.find(({ sequence, source }) => source === 'reserve' && sequence === 2);
    if (!lost) throw new Error('the log has no second event of a stream');
    const after = log.filter((event) => event !== lost);
    const [own, others] = [after.filter(({ key }) => key === lost.key), after.filter(({ key }) => key !== lost.key)];
    await engines.outside.publish(TOPIC, [{ key: 'poison', value: '{', headers: {} }]);
    await page.publish(...own, ...others);
    await page.untilLevel(others);
    await until('both keys are parked', async () => (await admin.parkedKeys()).length === 2);
    expect(await refused(() => page.rebuild())).toMatch(/has parked .*poison.*settle/);

    for (const key of await admin.parkedKeys()) {
      const [deadLetter] = key.deadLetters;
      if (!deadLetter) throw new Error('a parked key has a dead letter');
      if (key.record.key !== 'poison') await admin.replay(key, true);
      else await admin.replay({ ...key, record: await admin.discard(key, deadLetter, 'no event') }, false);
    }
    await page.untilLevel(own);
    await page.rebuild();
    await page.untilVersion((await page.pointer()).active);
    // Once more, from a version whose own consumer had nothing to settle.
    await page.rebuild({ verifyOnly: true });
  });

  it('reads what the services keep where the topic lost its first records, and what came after from the topic', async () => {
    const log = logOf(200);
    await page.publish(...log);
    await page.untilLevel(log);
    await page.storeEventLogs(log.slice(0, 150));
    await removeOldRecords(engines.brokers, TOPIC, 25);
    await page.rebuild();
    await page.untilVersion(1);
    await expectPagesOf(log);
  });

  it('reads what the services keep where the topic is a new one, and what came after from the topic', async () => {
    const log = logOf(200);
    const [before, after] = [log.slice(0, 150), log.slice(150)];
    await page.publish(...before);
    await page.untilLevel(before);
    await page.storeEventLogs(before);
    await engines.replaceKafka();
    await engines.createTopic();
    await page.storeEventLogs(after);
    await page.publish(...after);
    await page.untilLevel(log);
    await page.rebuild({ acceptDifferences: true });
    expect(page.said.join('\n')).not.toContain('differs');
    await page.untilVersion(1);
    await expectPagesOf(log);
  });

  it.each([false, true])(
    'refuses a topic that lost records which no event log has, in one sentence (differences accepted: %s)',
    async (acceptDifferences) => {
      const log = logOf(100);
      await page.publish(...log);
      await page.untilLevel(log);
      await page.storeEventLogs(log.filter(({ source }) => source === 'book'));
      await removeOldRecords(engines.brokers, TOPIC, 10);
      expect(await refused(() => page.rebuild({ acceptDifferences }))).toMatch(
        /^There is event \d+ of .* but not \d+; \d+ records of the topic are gone, .*stays as it is\.$/,
      );
    },
  );
});

/** MongoDB before release 7 refuses to drop a collection that does not exist. */
function asBeforeMongo7(connection: Connection): Connection {
  const dropCollection = async (name: string): Promise<void> => {
    const exists = (await connection.listCollections()).some((collection) => collection.name === name);
    if (!exists) throw new mongoose.mongo.MongoServerError({ message: 'ns not found', code: 26 });
    await connection.dropCollection(name);
  };
  return new Proxy(connection, {
    get: (target, name) => (name === 'dropCollection' ? dropCollection : (Reflect.get(target, name) as unknown)),
  });
}
