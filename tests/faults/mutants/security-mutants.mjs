// Planted holes: what keeps callers apart, left out in one place each.
const requests = 'router/test/requests.unit.spec.ts';
const answers = 'router/test/answers.unit.spec.ts';
const tokens = 'router/test/identity.unit.spec.ts';
const keys = 'router/test/keys.unit.spec.ts';
const callers = 'router/test/caller-key.unit.spec.ts';
const identity = 'packages/service-kit/test/identity.unit.spec.ts';
const ids = 'packages/service-kit/test/id-input.unit.spec.ts';
const cursors = 'packages/service-kit/test/pagination.unit.spec.ts';
const store = 'tests/faults/aggregate-store.int.spec.ts';
const http = 'packages/service-kit/test/http-service.unit.spec.ts';
const alarms = 'packages/service-kit/test/alarms.unit.spec.ts';

export const securityMutants = [
  {
    name: 'operation-limits-left-out',
    promise: 'an operation costs what its caller may ask for',
    file: requests,
    test: 'refuses a member more aliases than the limit of all operations, by its message',
  },
  {
    name: 'depth-without-fragments',
    promise: 'an operation costs what its caller may ask for',
    file: requests,
    test: 'answers 9 levels through fragments with its code',
  },
  {
    name: 'own-signature-for-anything',
    promise: 'an event is its source’s own',
    file: 'packages/service-kit/test/event-signatures.unit.spec.ts',
    test: 'is known to the process that made it, for what it signed alone',
  },
  {
    name: 'audience-ignored',
    promise: 'a token is for this application',
    file: tokens,
    test: 'refuses the whole request for another audience, with 401 and a remedy',
  },
  {
    name: 'token-without-an-end',
    promise: 'a token ends',
    file: tokens,
    test: 'refuses the whole request for no end, with 401 and a remedy',
  },
  {
    name: 'token-outlives-its-key',
    promise: 'a key that is taken back verifies no token',
    file: keys,
    test: 'is refused once its key is removed, or another one is in its place',
  },
  {
    name: 'token-outlives-its-end',
    promise: 'a token ends',
    file: keys,
    test: 'is refused once it has expired',
  },
  {
    name: 'token-known-by-its-claims',
    promise: 'a token is of its issuer',
    file: keys,
    test: 'opens the way for no token that has the signature of another',
  },
  {
    name: 'identity-replayed',
    promise: 'an identity is of one request',
    file: identity,
    test: 'names its caller, once and for the request it was made for',
  },
  {
    name: 'identity-never-stale',
    promise: 'an identity is of one request',
    file: identity,
    test: 'is refused when it is half a minute old',
  },
  {
    name: 'proxies-always-trusted',
    promise: 'a share is counted by what its caller cannot choose',
    file: answers,
    test: 'does not believe a proxy that is not configured as trusted',
  },
  {
    name: 'low-priority-without-gaps',
    promise: 'callers with many requests yield to those with few',
    file: answers,
    test: 'waits for a gap between the operations of others, and then takes one turn',
  },
  {
    name: 'refusals-of-a-line-at-once',
    promise: 'a caller is refused at a pace that the others do not notice',
    file: answers,
    test: 'refuses what waited too long, and keeps nothing of it',
  },
  {
    name: 'long-line-of-low-priority',
    promise: 'callers with many requests yield to those with few',
    file: answers,
    test: 'is refused further requests behind a line of its own while others are there',
  },
  {
    name: 'arrivals-all-at-once',
    promise: 'callers with many requests yield to those with few',
    file: answers,
    test: 'are taken one in each iteration of the event loop, those of another sender beside them',
  },
  {
    name: 'greed-has-no-priority',
    promise: 'callers with many requests yield to those with few',
    file: answers,
    test: 'is low after more than a sixtieth of the budget at once, and normal when that much has come back',
  },
  {
    name: 'limiter-keyed-by-a-header',
    promise: 'a share is counted by what its caller cannot choose',
    file: answers,
    test: 'does not believe a proxy that is not configured as trusted',
  },
  {
    name: 'share-of-each-address',
    promise: 'a share is counted by what its caller cannot choose',
    file: callers,
    test: 'is the member, wherever the request comes from',
  },
  {
    name: 'id-of-any-length',
    promise: 'what a caller has stored is bounded',
    file: ids,
    test: 'is refused when it is longer than an id can be',
  },
  {
    name: 'id-may-be-an-operator',
    promise: 'an operator of MongoDB matches nothing',
    file: ids,
    test: 'is refused when it is no text: {"$ne":null}',
  },
  {
    name: 'safelist-bypassed-by-get',
    promise: 'with a list of operations, no other is answered',
    file: requests,
    test: 'refuses by GET what it refuses by POST',
  },
  {
    name: 'keys-without-a-quota',
    promise: 'what a caller has stored is bounded',
    file: store,
    test: 'is one of so many that a member may use on a day, exactly, also at once and by way of several replicas',
  },
  {
    name: 'refusals-cost-nothing',
    promise: 'an operation costs what its caller may ask for',
    file: answers,
    test: 'takes as much for a document that it refuses, whose parsing and validation cost as much',
  },
  {
    name: 'cursor-of-any-list',
    promise: 'a cursor is of its list and member',
    file: cursors,
    test: 'refuses a cursor of the same list of another member',
  },
  {
    name: 'client-that-left-stops-a-mutation',
    promise: 'a mutation is carried out whole or not at all',
    file: answers,
    test: 'carries out a mutation to its end, though its client is gone',
  },
  {
    name: 'all-late-lines-are-shed',
    promise: 'one caller pays for their own greed',
    file: answers,
    test: 'refuses no other caller: neither one without a line, nor one whose late line is short',
  },
  {
    name: 'client-that-left-keeps-its-place',
    promise: 'nothing is done for a client that is gone',
    file: answers,
    test: 'forgets a request whose client is gone, and has its place for another',
  },
  {
    name: 'length-counts-as-delay',
    promise: 'a burst is served',
    file: answers,
    test: 'begins the interval anew with each turn that begins in time',
  },
  {
    name: 'plan-is-paid-for-ever',
    promise: 'an operation costs what its caller may ask for',
    file: answers,
    test: 'is paid once while the plan is in the cache of the gateway, and again once it is not',
  },
  {
    name: 'outage-alarms-as-a-defect',
    promise: 'an alarm means a defect',
    file: alarms,
    test: 'raises no alarm for an engine that is away from the beginning',
  },
  {
    name: 'early-refusals-cost-nothing',
    promise: 'an operation costs what its caller may ask for',
    file: answers,
    test: 'a body that is no JSON: answered twice, then at the pace of a caller whose budget is spent',
  },
  {
    name: 'strange-tokens-always-verified',
    promise: 'an operation costs what its caller may ask for',
    file: answers,
    test: 'do not keep a member out who comes from the same address with a token that was accepted before',
  },
  {
    name: 'bodies-without-bounds',
    promise: 'what a caller has held is bounded',
    file: answers,
    test: 'of one caller are held up to a megabyte at once; what is beyond is refused before it is read',
  },
  {
    name: 'bodies-held-for-those-who-left',
    promise: 'what a caller has held is bounded',
    file: answers,
    test: 'are not held for a client that has left before they are read',
  },
  {
    name: 'idle-connections-stay',
    promise: 'one caller keeps no other out',
    file: http,
    test: 'ends the connection that never sent a request for a new one, not one that is in use',
  },
  {
    name: 'any-number-pipelined',
    promise: 'what a caller has held is bounded',
    file: http,
    test: 'ends a connection on which more requests wait for their answers than one may have',
  },
];
