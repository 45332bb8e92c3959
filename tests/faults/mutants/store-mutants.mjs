const settings = 'reads only what a majority has, and takes a write for done once it is on the disk of a majority';
const store = 'tests/faults/aggregate-store.int.spec.ts';
const deadlines = 'packages/aggregate-store/test/deadline-scheduler.unit.spec.ts';

export const storeMutants = [
  {
    name: 'no-conditional-write',
    promise: 'a command is one conditional write',
    file: store,
    test: 'loses none of them, and numbers their events without a gap',
  },
  {
    name: 'joined-writes-all-made',
    promise: 'a command is one conditional write',
    file: store,
    test: 'loads and writes the books of a batch by one command each, and once also where another replica is first',
  },
  {
    name: 'decided-from-memory',
    promise: 'a command is one conditional write',
    file: store,
    test: 'decides again from what is stored where nothing would be written, whatever another replica has done meanwhile',
  },
  {
    name: 'publish-before-commit',
    promise: 'no event exists without its committed change',
    file: store,
    test: 'is projected once its change is committed, and not before',
  },
  {
    name: 'publish-on-rollback',
    promise: 'no event exists without its committed change',
    file: store,
    test: 'publishes and projects no event that was decided and not committed',
  },
  {
    name: 'answered-before-written',
    promise: 'no event exists without its committed change',
    file: store,
    test: 'is projected once its change is committed, and not before',
  },
  {
    name: 'failed-projection-forgotten',
    promise: 'every committed event is projected',
    file: 'packages/aggregate-store/test/projected-here.unit.spec.ts',
    test: 'are projected by its relay where it failed to',
  },
  {
    name: 'projected-without-earlier',
    promise: 'what is read follows from all that was decided',
    file: store,
    test: 'is projected before a later one also when its writer died before it could, or is still about to',
  },
  {
    name: 'checkpoint-not-moved',
    promise: 'each event takes effect once',
    file: store,
    test: 'applies an event once, however often it comes and by whichever replica',
  },
  {
    name: 'checkpoint-not-checked',
    promise: 'each event takes effect once',
    file: store,
    test: 'applies an event once, however often it comes and by whichever replica',
  },
  {
    name: 'outbox-removed-first',
    promise: 'removal follows the acknowledgement',
    file: store,
    test: 'stay in the outbox until Kafka has acknowledged them, and are sent again from the first',
  },
  {
    name: 'outbox-tail-first',
    promise: 'the first n precedes the first n+1',
    file: store,
    test: 'are sent in the order of their numbers, and leave nothing behind that waits',
  },
  {
    name: 'pending-forgotten',
    promise: 'every accepted command’s event is delivered',
    file: store,
    test: 'that are decided while others are on their way are sent as well',
  },
  {
    name: 'closed-connection-keeps-waiting',
    promise: 'an engine that is away is waited for, and no longer',
    file: store,
    test: 'keeps no command waiting for ever',
  },
  {
    name: 'answer-pushed-out',
    promise: 'a repeat is answered as the first time',
    file: store,
    test: 'is not forgotten for commands without a key either',
  },
  {
    name: 'hash-not-compared',
    promise: 'an idempotency key stands for one request',
    file: store,
    test: 'is refused when the key was used with other arguments, and changes nothing',
  },
  {
    name: 'key-of-another-member',
    promise: 'an idempotency key belongs to its member',
    file: store,
    test: 'belongs to its member: the same word of another is another key, wherever the two words are cut',
  },
  {
    name: 'replay-is-another-command',
    promise: 'a signed request takes effect once',
    file: store,
    test: 'takes effect once when its signed request is sent to another replica again',
  },
  {
    name: 'deadlines-by-own-clock',
    promise: 'time is the database’s clock',
    file: deadlines,
    test: 'expires what is due by the clock of the database, and nothing else, when its own is a day fast',
  },
  { name: 'local-read-concern', promise: 'what was read stays true', file: store, test: settings },
  { name: 'unjournaled-write', promise: 'what was acknowledged is not lost', file: store, test: settings },
];
