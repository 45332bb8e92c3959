// Every planted bug: the promise of the system that it breaks, and the fastest check that has to notice. The bug itself,
// and what it is in words, stands in the patch of the same name.
import { cacheMutants } from './cache-mutants.mjs';
import { languageMutants } from './language-mutants.mjs';
import { messagingMutants } from './messaging-mutants.mjs';
import { observabilityMutants } from './observability-mutants.mjs';
import { securityMutants } from './security-mutants.mjs';
import { sharingMutants } from './sharing-mutants.mjs';
import { storeMutants } from './store-mutants.mjs';
import { tracingMutants } from './tracing-mutants.mjs';

const views = 'tests/conformance/guarded-views.int.spec.ts';
const pages = 'tests/conformance/member-page.unit.spec.ts';
const changes = 'packages/read-models/test/changes.unit.spec.ts';
const rules = 'packages/service-kit/test/allow.unit.spec.ts';
const identity = 'packages/service-kit/test/identity.unit.spec.ts';
const tokens = 'packages/service-kit/test/reading-own-writes.unit.spec.ts';
const returns = 'subgraphs/rental/test/return-book.unit.spec.ts';
const circulation = 'subgraphs/reserve/test/book-circulation.unit.spec.ts';
const returnedCopy = 'subgraphs/reserve/test/receive-returned-copy.unit.spec.ts';
const saga = 'tests/conformance/rent-and-return.unit.spec.ts';
const gateway = 'router/test/answers.unit.spec.ts';

export const mutants = [
  ...cacheMutants,
  ...securityMutants,
  ...observabilityMutants,
  ...languageMutants,
  ...sharingMutants,
  ...tracingMutants,
  ...storeMutants,
  ...messagingMutants,
  {
    name: 'no-sequence-guard',
    promise: 'repeats and replays change no view',
    file: views,
    test: 'in memory, which the simulator runs on, become what MongoDB’s become of the same upserts in any order',
  },
  {
    name: 'lost-wake-up',
    promise: 'a change is seen as soon as it is made',
    file: changes,
    test: 'polls again at once for a change that came during a query that missed it',
  },
  {
    name: 'repeats-set-back',
    promise: 'a repeat changes nothing',
    file: 'tests/faults/rebuild.int.spec.ts',
    test: 'takes nothing back where relays repeated old events behind new ones',
  },
  {
    name: 'page-taken-back',
    promise: 'a member never loses what their page showed',
    file: 'tests/faults/rebuild.int.spec.ts',
    test: 'never take a page back behind what members have seen: the event logs have 0 of 200 events, the topic none',
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
    name: 'refused-requests-cut-the-page',
    promise: "a member's page lists all that is theirs",
    file: 'tests/conformance/member-list.int.spec.ts',
    test: 'is cut from the listed rentals where others stand between them',
  },
];
