import { accepted, type Reader } from '@rentalbook/test-kit';
import { bar, type Drill, type Figures } from './support/drill';
import { withSettings } from './support/overlay';
import type { Stage } from './support/stage';
import { granted, rentNew, reserveNew, shows } from './support/story';

const ENDS_WITHIN_MS = 60_000;
/** However slow the machine, a request to rent outlives the outage. */
const patient = withSettings('rental', { RENT_REQUEST_TIMEOUT: '180000' });

const broker = (stage: Stage, args: readonly string[]): Promise<string> => stage.cluster.inside(args);

/** No client finds the broker any more, and connected ones lose it. Its data stays. */
async function takeBrokerAway(stage: Stage): Promise<void> {
  await broker(stage, ['patch', 'service', 'my-kafka', '--patch', '{"spec":{"selector":{"app":"nothing"}}}']);
  const restarts = (): Promise<string> =>
    broker(stage, ['get', 'pod', 'my-kafka-0', '--output=jsonpath={.status.containerStatuses[0].restartCount}']);
  const before = await restarts();
  await broker(stage, ['exec', 'my-kafka-0', '--', 'sh', '-c', 'kill 1']);
  // Until then it serves those who were connected.
  await stage.until(async () => (await restarts()) !== before, {
    withinMs: ENDS_WITHIN_MS,
    what: 'the end of the broker’s process',
  });
}

/** Lets readers reserve, rent and bring back without the broker, then does something about it, and waits for the rest. */
async function circulateWithoutBroker(stage: Stage, repair: () => Promise<void>): Promise<Figures> {
  const [libby, alice, bob, carol] = await Promise.all([
    stage.librarian(),
    stage.reader('alice'),
    stage.reader('bob'),
    stage.reader('carol'),
  ]);
  const addFor = async (reader: Reader): Promise<{ title: string; bookId: string }> => {
    const title = `To the Lighthouse of ${reader.id}`;
    const { id: bookId } = await granted(stage, (key) => libby.addBook(title, 3, key));
    await reserveNew(stage, reader, bookId);
    // Once the book can be rented, every service has consumed its event.
    const probe = await stage.reader('probe');
    await reserveNew(stage, probe, bookId);
    await rentNew(stage, probe, bookId);
    return { title, bookId };
  };
  const hers = await addFor(alice);
  const his = await addFor(bob);
  const loan = accepted(await bob.rent(his.bookId));
  await shows(stage, bob, his.title, 'ON_RENTAL');

  await takeBrokerAway(stage);
  const reserved = accepted(await carol.reserve(his.bookId));
  bar(reserved.status === 'READY', `without the broker a reservation is ${reserved.status}`);
  const rented = accepted(await alice.rent(hers.bookId));
  bar(rented.status === 'REQUESTED', `without the broker a rental is ${rented.status}`);
  const returned = accepted(await bob.giveBack(loan.id));
  bar(returned.status === 'RETURNED', `without the broker a returned copy is ${returned.status}`);

  await repair();
  const repairedAt = performance.now();
  await shows(stage, alice, hers.title, 'ON_RENTAL');
  await shows(stage, bob, his.title, 'RETURN_COMPLETE');
  await shows(stage, carol, his.title, 'READY');
  return {
    'a reservation without the broker': reserved.status,
    'a rental without the broker': rented.status,
    'a return without the broker': returned.status,
    'from the broker’s return until every page was right, s': ((performance.now() - repairedAt) / 1_000).toFixed(1),
  };
}

export const brokerOutage: Drill = {
  name: 'broker-outage',
  heading: 'Kafka is away',
  proves: 'Readers reserve, rent and bring back while the broker is away; when it is back, everything catches up.',
  byHand: [
    `kubectl -n rentalbook patch service my-kafka --patch '{"spec":{"selector":{"app":"nothing"}}}'`,
    "kubectl -n rentalbook exec my-kafka-0 -- sh -c 'kill 1'",
    'kubectl apply --server-side --force-conflicts -k k8s/overlays/local',
  ],
  startsFrom: patient,
  prove: (stage) =>
    circulateWithoutBroker(stage, async () => {
      await broker(stage, ['patch', 'service', 'my-kafka', '--patch', '{"spec":{"selector":{"app":"my-kafka"}}}']);
      await stage.rolledOut();
    }),
  control: {
    takenAway: 'with a broker that stays away',
    prove: (stage) => circulateWithoutBroker(stage, () => Promise.resolve()),
  },
};
