// Planted faults in the cache of answers.
const file = 'router/test/cache.unit.spec.ts';
const oracle = 'gives no answer that it must not give, with 0.2 of the operations writing';
const asOld = 'a stored answer includes every event of its tags that the router has seen';

export const cacheMutants = [
  { name: 'cache-stores-after-invalidation', promise: asOld, file, test: oracle },
  { name: 'cache-tag-left-out', promise: asOld, file, test: oracle },
  { name: 'cache-entities-without-fence', promise: asOld, file, test: oracle },
  {
    name: 'cache-group-is-level-at-once',
    promise: asOld,
    file,
    test: 'accepts nothing of a group that has not applied what was published before the tail began',
  },
  {
    name: 'cache-forgets-during-a-fetch',
    promise: asOld,
    file,
    test: 'accepts no answer while whose fetch an event was seen, applied and forgotten',
  },
  {
    name: 'cache-private-is-shared',
    promise: 'an answer that depends on its caller is served to no other',
    file,
    test: oracle,
  },
  {
    name: 'cache-served-without-tail',
    promise: 'nothing is served while the events cannot come by',
    file,
    test: 'serves nothing once the broker has not answered for two seconds',
  },
  {
    name: 'cache-token-ignored',
    promise: 'an answer includes what its consistency token names',
    file,
    test: 'serves nothing that lacks what the consistency token names, also of a change through another router',
  },
  {
    name: 'cache-beyond-its-deadline',
    promise: 'an answer is served until its next deadline at most',
    file,
    test: oracle,
  },
  { name: 'cache-own-change-waits', promise: 'the answer of a mutation invalidates at once', file, test: oracle },
];
