import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { eventually, GIVE_UP_AFTER_MS } from '@rentalbook/test-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { SIGNATURE_HEADER, type EventSignatures } from '@rentalbook/messaging';
import { createEventSignatures } from '@rentalbook/service-kit/event-signatures';
import { testSignatures } from '@rentalbook/test-kit/signatures';
import { dropOldVersions } from '../../subgraphs/mypage/src/rebuild/drop-versions';
import { messageOf as messageOfEvent, silent, TOPIC, until } from './consumer-under-test';
import { eventTrailOf } from './event-trail.cases';
import { owners } from '../../tools/services';
import { members, engines, page, logOf, expectPagesOf, refused } from './rebuild.support';
import './rebuild-differences.cases';
import './rebuild-refusals.cases';

const READ_EVERY_MS = 5;

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
});
