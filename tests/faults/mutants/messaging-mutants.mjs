const anyDelivery =
  'keeps its order and loses nothing, wherever the process dies and whatever arrives during the replay';
const consumers = 'tests/faults/consumers.int.spec.ts';
const delivery = 'packages/messaging/test/delivery.unit.spec.ts';
const parking = 'packages/messaging/test/parking.unit.spec.ts';

export const messagingMutants = [
  {
    name: 'gap-not-noticed',
    promise: 'a gap in a stream parks its key',
    file: parking,
    test: 'reports a gap, and passes over it only when an operator accepts it',
  },
  {
    name: 'gap-from-memory',
    promise: 'a gap in a stream parks its key',
    file: 'tests/conformance/member-list.int.spec.ts',
    test: 'is looked up before a gap counts, and reported as consumed',
  },
  {
    name: 'idempotent-producer',
    promise: 'every accepted command’s event is delivered',
    file: consumers,
    test: 'gets through what it sends again after the broker went away under it',
  },
  {
    name: 'offsets-before-work',
    promise: 'a message is done once it took effect',
    file: delivery,
    test: 'is not done while one of its messages is still being handled',
  },
  {
    name: 'starts-at-the-end',
    promise: 'a new group reads the topic from its beginning',
    file: consumers,
    test: 'that is new also consumes what was published before it joined',
  },
  {
    name: 'throw-in-a-handler',
    promise: 'a bug in a handler ends the process',
    file: consumers,
    test: 'whose handler has a bug says that its process has to end',
  },
  {
    name: 'overtakes-the-malformed',
    promise: 'a parked key keeps its order',
    file: parking,
    test: 'keeps what came together behind a message that cannot be read behind it',
  },
  {
    name: 'event-of-another-source',
    promise: 'an event is of the service that signed it',
    file: 'packages/messaging/test/event-signature.unit.spec.ts',
    test: 'is a dead letter and never applied when its signature is missing or wrong: of another service',
  },
  {
    name: 'forged-event-applied',
    promise: 'an event is of the service that signed it',
    file: 'packages/messaging/test/event-signature.unit.spec.ts',
    test: 'is a dead letter and never applied when its signature is missing or wrong: of another value',
  },
  {
    name: 'signature-ignored-on-replay',
    promise: 'an event is of the service that signed it',
    file: 'packages/messaging/test/topic-replayer.unit.spec.ts',
    test: 'hands on no event that no accepted key signed',
  },
  {
    name: 'conflict-is-a-repeat',
    promise: 'two events with one number are an alarm',
    file: 'packages/messaging/test/applied-ids.unit.spec.ts',
    test: 'is a repeat with the same id, and a conflict with another',
  },
  { name: 'swallowed-failure', promise: 'a failure parks its key', file: parking, test: anyDelivery },
  { name: 'dead-letter-counted-first', promise: 'no dead letter is lost', file: parking, test: anyDelivery },
  { name: 'parked-key-forgets', promise: 'a parked key keeps its order', file: parking, test: anyDelivery },
];
