import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { DeadLetterAdmin } from '../../tools/cli/src/dead-letter-admin';
import { chanceOf } from '../conformance/chance';
import { eventLog } from '../conformance/event-log';
import { openAdmin, startEngines, type Engines } from './consumer-under-test';
import { foldedFor, inOrder, startPage, type PageUnderTest } from './page-under-test';

export const members = ['alice', 'bob', 'carol', 'dan', 'eve'];
export let engines: Engines;
export let page: PageUnderTest;
export let admin: DeadLetterAdmin;
export const logOf = (length: number): readonly RentalbookEvent[] => eventLog(chanceOf(7), length);

export async function expectPagesOf(log: readonly RentalbookEvent[]): Promise<void> {
  await page.untilLevel(log);
  for (const memberId of members)
    expect({ memberId, entries: inOrder(await page.entriesOf(memberId)) }).toEqual({
      memberId,
      entries: foldedFor(log, memberId),
    });
}

/** Runs something that is expected to be refused, and checks that it left everything as it was. */
export async function refused(work: () => Promise<unknown>): Promise<string> {
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
export const messageOf = (error: unknown): string => (error as Error).message;

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
