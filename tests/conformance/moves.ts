import {
  bookCirculation,
  bookRentals,
  deliverToRental,
  deliverToReserve,
  inRental,
  inReserve,
  PICKUP_MS,
  REQUEST_TIMEOUT_MS,
  type Step,
  type Title,
  withdraw,
  type World,
} from './world';

const MEMBERS = ['member-1', 'member-2', 'member-3'].map((userId) => ({ userId, userNm: userId }));

/** Everything that can happen next and changes something: commands, deliveries, timers, and the passing of time. */
export function moves(world: World): readonly Step[] {
  const all = [...world.titles.flatMap((title) => movesOf(world, title)), ...passages(world)];
  return all.filter((step) => step.world !== world);
}

function movesOf(world: World, title: Title): readonly Step[] {
  const members = distinctMembers(world);
  const open = title.rental.open.map(({ rentalId }) => rentalId);
  return [
    ...members.map((member) =>
      inReserve(
        world,
        title,
        (state, now) => bookCirculation.decide(state, { type: 'ReserveBook', member }, now).events,
      ),
    ),
    ...title.reserve.queue.map(({ reservationId, userId }) =>
      inReserve(world, title, (state, now) => {
        const command = { type: 'CancelReservation', reservationId, by: userId, reason: '' } as const;
        return bookCirculation.decide(state, command, now).events;
      }),
    ),
    ...members.map((member) =>
      inRental(world, title, (state, now) => bookRentals.decide(state, { type: 'RentBook', member }, now).events),
    ),
    ...open.flatMap((rentalId) => bringBack(world, title, rentalId)),
    ...(world.withdrawals ? title.catalogue.map((copyId) => withdraw(world, title, copyId)) : []),
    ...[deliverToReserve(world, title), deliverToRental(world, title)].filter((step) => step !== undefined),
    inReserve(world, title, bookCirculation.expire),
    inRental(world, title, bookRentals.expire),
  ];
}

/** All who have a part in this world, and one of those who have none yet: they are interchangeable. */
function distinctMembers({ titles }: World): readonly (typeof MEMBERS)[number][] {
  const parts = JSON.stringify(titles);
  const strangers = MEMBERS.filter(({ userId }) => !parts.includes(userId));
  return MEMBERS.filter((member) => !strangers.includes(member) || member === strangers[0]);
}

/** A return, by event alone when Reserve cannot be reached, or reported to Reserve at once as well. */
function bringBack(world: World, title: Title, rentalId: string): readonly Step[] {
  const alone = inRental(
    world,
    title,
    (state, now) => bookRentals.decide(state, { type: 'ReturnBook', rentalId }, now).events,
  );
  const after = alone.world.titles.find(({ bookId }) => bookId === title.bookId);
  const returned = after?.toReserve.find((one) => one.eventType === 'Returned' && one.data.rentalId === rentalId);
  if (!after || returned?.eventType !== 'Returned') return [alone];
  const told = inReserve(
    alone.world,
    after,
    (state, now) => bookCirculation.decide(state, { type: 'TakeBack', returned: returned.data }, now).events,
  );
  return [alone, told];
}

const passages = (world: World): readonly Step[] =>
  [REQUEST_TIMEOUT_MS, PICKUP_MS].map((ms) => ({ world: { ...world, now: world.now + ms }, reserve: [] }));

/**
 * The next step of a world in which nothing is done any more: a message arrives, or a request that was never answered runs out
 * of time. Undefined once it is settled.
 */
export function nextArrival(world: World): World | undefined {
  for (const title of world.titles) {
    const delivered = deliverToReserve(world, title) ?? deliverToRental(world, title);
    if (delivered) return delivered.world;
  }
  for (const title of world.titles) {
    const expired = inRental(world, title, bookRentals.expire).world;
    if (expired !== world) return expired;
  }
  return undefined;
}
