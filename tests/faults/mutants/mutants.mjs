// Every planted bug: the promise of the system that it breaks, and the fastest check that has to notice. The bug itself,
// and what it is in words, stands in the patch of the same name.
import { cacheMutants } from './cache-mutants.mjs';
import { languageMutants } from './language-mutants.mjs';
import { observabilityMutants } from './observability-mutants.mjs';
import { securityMutants } from './security-mutants.mjs';
import { sharingMutants } from './sharing-mutants.mjs';
import { tracingMutants } from './tracing-mutants.mjs';

const store = 'tests/faults/aggregate-store.int.spec.ts';
const consumers = 'tests/faults/consumers.int.spec.ts';
const views = 'tests/conformance/guarded-views.int.spec.ts';
const pages = 'tests/conformance/member-page.unit.spec.ts';
const changes = 'packages/read-models/test/changes.unit.spec.ts';
const deadlines = 'packages/aggregate-store/test/deadline-scheduler.unit.spec.ts';
const delivery = 'packages/messaging/test/delivery.unit.spec.ts';
const parking = 'packages/messaging/test/parking.unit.spec.ts';
const rules = 'packages/service-kit/test/allow.unit.spec.ts';
const identity = 'packages/service-kit/test/identity.unit.spec.ts';
const tokens = 'packages/service-kit/test/reading-own-writes.unit.spec.ts';
const returns = 'subgraphs/rental/test/return-book.unit.spec.ts';
const circulation = 'subgraphs/reserve/test/book-circulation.unit.spec.ts';
const returnedCopy = 'subgraphs/reserve/test/receive-returned-copy.unit.spec.ts';
const saga = 'tests/conformance/rent-and-return.unit.spec.ts';
const gateway = 'router/test/answers.unit.spec.ts';

const anyDelivery =
  'keeps its order and loses nothing, wherever the process dies and whatever arrives during the replay';
const settings = 'reads only what a majority has, and takes a write for done once it is on the disk of a majority';

export const mutants = [
  ...cacheMutants,
  ...securityMutants,
  ...observabilityMutants,
  ...languageMutants,
  ...sharingMutants,
  ...tracingMutants,
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
  { name: 'local-read-concern', promise: 'what was read stays true', file: store, test: settings },
  { name: 'unjournaled-write', promise: 'what was acknowledged is not lost', file: store, test: settings },
  {
    name: 'no-sequence-guard',
    promise: 'repeats and replays change no view',
    file: views,
    test: 'in memory, which the simulator runs on, become what MongoDB’s become of the same upserts in any order',
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
    name: 'gap-not-noticed',
    promise: 'a gap in a stream parks its key',
    file: parking,
    test: 'reports a gap, and passes over it only when an operator accepts it',
  },
  {
    name: 'idempotent-producer',
    promise: 'every accepted command’s event is delivered',
    file: consumers,
    test: 'gets through what it sends again after the broker went away under it',
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
    name: 'lost-wake-up',
    promise: 'a change is seen as soon as it is made',
    file: changes,
    test: 'polls again at once for a change that came during a query that missed it',
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
  { name: 'swallowed-failure', promise: 'a failure parks its key', file: parking, test: anyDelivery },
  {
    name: 'throw-in-a-handler',
    promise: 'a bug in a handler ends the process',
    file: consumers,
    test: 'whose handler has a bug says that its process has to end',
  },
  { name: 'dead-letter-counted-first', promise: 'no dead letter is lost', file: parking, test: anyDelivery },
  { name: 'parked-key-forgets', promise: 'a parked key keeps its order', file: parking, test: anyDelivery },
  {
    name: 'overtakes-the-malformed',
    promise: 'a parked key keeps its order',
    file: parking,
    test: 'keeps what came together behind a message that cannot be read behind it',
  },
  {
    name: 'repeats-set-back',
    promise: 'a repeat changes nothing',
    file: 'tests/faults/rebuild.int.spec.ts',
    test: 'takes nothing back where relays repeated old events behind new ones',
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
    name: 'consistency-token-lost',
    promise: 'a reader sees their own writes',
    file: gateway,
    test: 'hands the trace and the consistency token on to every subgraph that it asks',
  },
  {
    name: 'forged-token-accepted',
    promise: 'a forged consistency token counts for nothing',
    file: tokens,
    test: 'is answered without one with another signature, and marked stale',
  },
  {
    name: 'stale-answer-called-fresh',
    promise: 'a stale answer is marked stale',
    file: tokens,
    test: 'waits half a second at most, and is marked stale, when the subgraph has not consumed the change',
  },
  {
    name: 'return-of-anybody',
    promise: 'only its reader or a librarian returns a rental',
    file: returns,
    test: 'of another member’s rental changes nothing, here or at Reserve',
  },
  {
    name: 'ownership-not-checked',
    promise: 'what belongs to a member is theirs',
    file: rules,
    test: 'turns other members away',
  },
  {
    name: 'owner-of-another-thing',
    promise: 'what belongs to a member is theirs',
    file: rules,
    test: 'holds for another thing of the same type',
  },
  {
    name: 'command-before-its-owner',
    promise: 'what belongs to a member is theirs',
    file: rules,
    test: 'is not begun for another member',
  },
  {
    name: 'reference-without-rule',
    promise: 'a rule of the graph holds however a thing is reached',
    file: rules,
    test: 'is refused to others, and leaves the answers beside it alone',
  },
  {
    name: 'no-rule-is-open',
    promise: 'a field without a rule is refused at start',
    file: rules,
    test: 'with a field without a rule, and says which',
  },
  {
    name: 'identity-of-another-body',
    promise: 'a return comes from Rental itself',
    file: identity,
    test: 'is refused when it was made for another body',
  },
  {
    name: 'identity-of-another-service',
    promise: 'an identity is for one service',
    file: identity,
    test: 'is refused when it was made for another service',
  },
  {
    name: 'any-key-signs-identities',
    promise: 'the router alone signs for members',
    file: identity,
    test: 'is refused when it was made by a service that does not call this path',
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
    name: 'conflict-is-a-repeat',
    promise: 'two events with one number are an alarm',
    file: 'packages/messaging/test/applied-ids.unit.spec.ts',
    test: 'is a repeat with the same id, and a conflict with another',
  },
  {
    name: 'replay-is-another-command',
    promise: 'a signed request takes effect once',
    file: store,
    test: 'takes effect once when its signed request is sent to another replica again',
  },
  {
    name: 'return-without-the-token',
    promise: 'a return comes from Rental itself',
    file: returnedCopy,
    test: 'frees nothing without the token that Rental signs',
  },
  {
    name: 'match-by-title',
    promise: 'a return frees its own copy and no other',
    file: circulation,
    test: 'does not let a late second return free the copy that the same reader rented again',
  },
  {
    name: 'late-return-frees-next-loan',
    promise: 'a return takes effect once',
    file: circulation,
    test: 'does not let a late second return free the copy that the same reader rented again',
  },
  {
    name: 'last-come-first-served',
    promise: 'the queue is first come, first served',
    file: circulation,
    test: 'sets a returned copy aside for the first in the queue, never for a later caller',
  },
  {
    name: 'queue-without-copies-waits',
    promise: 'a reservation does not wait for a title without copies',
    file: circulation,
    test: 'cancels who waits as soon as the last copy is withdrawn while it is on loan',
  },
  {
    name: 'expired-hold-still-holds',
    promise: 'a hold is over from the instant it is due',
    file: circulation,
    test: 'lets a reader whose hold ran out reserve again, behind those who wait',
  },
  {
    name: 'rent-without-reservation',
    promise: 'a rental needs a reservation of one’s own',
    file: circulation,
    test: 'refuses to rent on the reservation of another member',
  },
  {
    name: 'rejected-keeps-copy',
    promise: 'no copy is stuck',
    file: saga,
    test: 'keep every rule while two titles are in use at once',
  },
  {
    name: 'sources-share-a-field',
    promise: 'MyPage equals the fold of the event log',
    file: pages,
    test: 'is stored to the last field as if every event had come once and in order',
  },
  {
    name: 'deadlines-by-own-clock',
    promise: 'time is the database’s clock',
    file: deadlines,
    test: 'expires what is due by the clock of the database, and nothing else, when its own is a day fast',
  },
  {
    name: 'refused-requests-cut-the-page',
    promise: "a member's page lists all that is theirs",
    file: 'tests/conformance/member-list.int.spec.ts',
    test: 'is cut from the listed rentals where others stand between them',
  },
];
