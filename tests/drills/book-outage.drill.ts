import { accepted } from '@rentalbook/test-kit';
import { bar, type Drill, type Figures } from './support/drill';
import { without } from './support/overlay';
import type { Stage } from './support/stage';
import { granted, rentNew, reserveNew, shows } from './support/story';

const GONE_WITHIN_MS = 60_000;
const CATCHES_UP_WITHIN_MS = 60_000;

/** Lets a book be brought back, reserved, rented and brought back again while one service is away. */
async function circulateWithout(stage: Stage, service: string): Promise<Figures> {
  const [libby, alice, bob] = await Promise.all([stage.librarian(), stage.reader('alice'), stage.reader('bob')]);
  const title = `Mrs Dalloway of ${alice.id}`;
  const { id: bookId } = await granted(stage, (key) => libby.addBook(title, 1, key));
  await reserveNew(stage, alice, bookId);
  const hers = await rentNew(stage, alice, bookId);
  await shows(stage, alice, title, 'ON_RENTAL');
  await stage.until(async () => (await alice.book(bookId))?.availableCopies === 0, {
    withinMs: CATCHES_UP_WITHIN_MS,
    what: 'a catalogue that shows the loan',
  });

  await stage.apply(without(service));
  await stage.until(async () => (await stage.cluster.allPods(service)).length === 0, {
    withinMs: GONE_WITHIN_MS,
    what: `the end of the last pod of ${service}`,
  });
  const { errors } = await alice.ask('query($id: ID!) { book(id: $id) { status } }', { id: bookId });
  accepted(await alice.giveBack(hers.id));
  await shows(stage, alice, title, 'RETURN_COMPLETE');
  const his = accepted(await bob.reserve(bookId));
  bar(his.status === 'READY', `the second reader's reservation is ${his.status}`);
  const { id: rentalId } = accepted(await bob.rent(bookId));
  await shows(stage, bob, title, 'ON_RENTAL');
  accepted(await bob.giveBack(rentalId));
  await shows(stage, bob, title, 'RETURN_COMPLETE');

  const backAt = performance.now();
  await stage.apply({});
  await stage.until(async () => (await alice.book(bookId))?.availableCopies === 1, {
    withinMs: CATCHES_UP_WITHIN_MS,
    what: 'a catalogue that shows the return',
  });
  return {
    'commands accepted without Book': 4,
    'the catalogue meanwhile': errors?.[0]?.extensions?.code ?? 'answered',
    'from its start until the catalogue was right, s': ((performance.now() - backAt) / 1_000).toFixed(1),
  };
}

export const bookOutage: Drill = {
  name: 'book-outage',
  heading: 'Book is away',
  proves: 'Readers reserve, rent and bring back while Book is away; its catalogue is right again when it is back.',
  byHand: [
    'kubectl -n rentalbook scale deployment/book --replicas=0',
    'npm run demo',
    'kubectl -n rentalbook scale deployment/book --replicas=1',
  ],
  prove: (stage) => circulateWithout(stage, 'book'),
  control: {
    takenAway: 'with Reserve away, without a replacement',
    prove: (stage) => circulateWithout(stage, 'reserve'),
  },
};
