import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { eventually, GIVE_UP_AFTER_MS } from '@rentalbook/test-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { SIGNATURE_HEADER, type EventSignatures } from '@rentalbook/messaging';
import { createEventSignatures } from '@rentalbook/service-kit/event-signatures';
import { testSignatures } from '@rentalbook/test-kit/signatures';
import type { DeadLetterAdmin } from '../../tools/cli/src/dead-letter-admin';
import { dropOldVersions } from '../../subgraphs/mypage/src/rebuild/drop-versions';
import { chanceOf } from '../conformance/chance';
import { eventLog } from '../conformance/event-log';
import { removeOldRecords } from '../engines/old-records';
import {
  messageOf as messageOfEvent,
  openAdmin,
  silent,
  startEngines,
  TOPIC,
  until,
  type Engines,
} from './consumer-under-test';
import { eventTrailOf } from './event-trail.cases';
import { foldedFor, inOrder, startPage, type PageUnderTest } from './page-under-test';
import { owners } from '../../tools/services';

const READ_EVERY_MS = 5;
const members = ['alice', 'bob', 'carol', 'dan', 'eve'];
let engines: Engines;
let page: PageUnderTest;
let admin: DeadLetterAdmin;
beforeEach(async () => {
  engines = await startEngines();
  page = await startPage(engines);
  admin = await openAdmin(engines);
});
afterEach(async () => {
  await admin.close();
  await page.stop();
  await engines.stop();
});

const logOf = (length: number): readonly RentalbookEvent[] => eventLog(chanceOf(7), length);

async function expectPagesOf(log: readonly RentalbookEvent[]): Promise<void> {
  await page.untilLevel(log);
  for (const memberId of members)
    expect({ memberId, entries: inOrder(await page.entriesOf(memberId)) }).toEqual({
      memberId,
      entries: foldedFor(log, memberId),
    });
}

/** Runs something that is expected to be refused, and checks that it left everything as it was. */
async function refused(work: () => Promise<unknown>): Promise<string> {
  const [collections, active] = [await page.collections(), (await page.pointer()).active];
  const reason = await work().then(
    () => 'nothing: it was not refused',
    (error: unknown) => messageOf(error),
  );
  expect(await page.collections()).toEqual(collections);
  expect(await page.pointer()).toMatchObject({ active });
  expect(await page.pointer()).not.toHaveProperty('building');
  return reason;
}

/** Also of errors from outside of jest's own realm, which are no instances of its Error. */
const messageOf = (error: unknown): string => (error as Error).message;

describe('a rebuild of MyPage', () => {
  it('is the fold of the topic under live traffic, and no reader ever fails or sees less than before', async () => {
    const log = logOf(400);
    const [before, meanwhile] = [log.slice(0, 250), log.slice(250)];
    await page.publish(...before);
    await page.untilLevel(before);
    const counts = new Map<string, number>();
    let reads = 0;
    const versionsRead = new Set<number>();
    const over = new AbortController();
    const reading = (async () => {
      for (; !over.signal.aborted; reads += 1) {
        const memberId = members[reads % members.length] ?? '';
        const { length } = await page.entriesOf(memberId);
        // Fulfilled reservations go over into their rentals' entries, so a page may become shorter, but never empty.
        if (length === 0 && (counts.get(memberId) ?? 0) > 0) throw new Error(`the page of ${memberId} was empty`);
        counts.set(memberId, length);
        versionsRead.add(page.version());
        await delay(READ_EVERY_MS);
      }
    })();
    const writing = (async () => {
      for (const event of meanwhile) await page.publish(event);
    })();
    try {
      await eventually(() => versionsRead.has(0), { what: 'a read before the rebuild' });
      await page.rebuild({ patienceMs: GIVE_UP_AFTER_MS });
      await writing;
      await page.untilVersion(1);
      await page.untilLevel(log);
      await eventually(() => versionsRead.has(1), { what: 'a read after the switch' });
    } finally {
      over.abort();
      await reading;
    }
    await expectPagesOf(log);
  });

  it('reads signed events and, unless they are refused, those of a release that signed none', async () => {
    const log = logOf(120);
    const keys = testSignatures(...owners);
    const sign = (event: RentalbookEvent) => createEventSignatures(keys.of(event.source), event.source, true).sign;
    const [before, after] = [log.slice(0, 60), log.slice(60)];
    await page.publish(...before);
    await engines.outside.publish(
      TOPIC,
      after.map((event) => {
        const { key, value } = messageOfEvent(event);
        return { key, value, headers: { [SIGNATURE_HEADER]: sign(event)?.({ key, value }) ?? '' } };
      }),
    );
    await page.untilLevel(log);
    const rebuildWith = (signatures: EventSignatures) => page.rebuild({ signatures });
    const checking = (takesUnsigned: boolean) => createEventSignatures(keys.of('mypage'), 'mypage', takesUnsigned);
    expect(await refused(() => rebuildWith(checking(false)))).toMatch(
      /^Message \d\/0 does not prove its source.*UNSIGNED_EVENTS=accept/,
    );
    const strangers = createEventSignatures(testSignatures('book').of('mypage'), 'mypage', true);
    expect(await refused(() => rebuildWith(strangers))).toMatch(/^Message \d\/\d+ does not prove its source/);
    await rebuildWith(checking(true));
    await page.untilVersion((await page.pointer()).active);
    await expectPagesOf(log);
  });

  it('takes nothing back where relays repeated old events behind new ones', async () => {
    const log = logOf(100);
    await page.publish(...log, ...log.slice(20, 60), ...log.slice(0, 40));
    await page.untilLevel(log);
    await page.rebuild({ patienceMs: 0 });
    await page.untilVersion(1);
    await expectPagesOf(log);
  });

  it('finds a page the same that the release before wrote, which stored sentences without their facts', async () => {
    const log = logOf(120);
    await page.publish(...log);
    await page.untilLevel(log);
    await page.writeAsReleaseBefore();
    await page.rebuild({ verifyOnly: true });
    expect(page.said.join('\n')).toContain('are the same');
  });

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

describe('the old version', () => {
  it('is kept until it is dropped, which waits for the last replica that reads it', async () => {
    const log = logOf(60);
    await page.publish(...log);
    await page.untilLevel(log);
    const options = {
      connection: page.connection,
      brokers: engines.brokers,
      clientId: 'drop',
      log: silent,
      group: 'mypage',
    };
    expect(await dropOldVersions(options)).toEqual([]);
    await page.rebuild();
    await page.untilVersion(1);
    expect(await page.collections()).toContain('mypage_rentals');
    await until('the replica has left the old version', async () => {
      try {
        return (await dropOldVersions(options)).includes(0);
      } catch (error) {
        if (error instanceof Error && error.name === 'VersionInUse') return false;
        throw error;
      }
    });
    expect(await page.collections()).not.toContain('mypage_rentals');
    await page.publish(oneMoreAfter(log));
    await expectPagesOf([...log, oneMoreAfter(log)]);
  });
});

/** The event that comes next. */
function oneMoreAfter(log: readonly RentalbookEvent[]): RentalbookEvent {
  const more = logOf(log.length + 20)[log.length];
  if (!more) throw new Error('a longer log has more events');
  return more;
}

describe('the event trail', () => {
  eventTrailOf(() => ({ engines, page }));
});
