// Planted faults in the sharing of fetches.
const file = 'router/test/shared-fetches.unit.spec.ts';
const asOwn = 'a shared fetch answers as a fetch of one’s own would';

export const sharingMutants = [
  {
    name: 'shared-fetch-of-the-past',
    promise: asOwn,
    file,
    test: 'are never sent before a request that they answer came: it reads what was written by then',
  },
  {
    name: 'shared-with-every-caller',
    promise: 'an answer that depends on its caller is shared with no other',
    file,
    test: 'are not shared with a request of another member',
  },
  {
    name: 'shared-by-fields-alone',
    promise: 'an answer that depends on its caller is shared with no other',
    file,
    test: 'are shared among all callers: false of entities of a member',
  },
  {
    name: 'shared-despite-the-token',
    promise: 'an answer includes what its consistency token names',
    file,
    test: 'are not shared with a request of another consistency token',
  },
  {
    name: 'shared-until-one-leaves',
    promise: 'a client that leaves ends no request of another',
    file,
    test: 'go on for the others when a client leaves, and are abandoned when all have left',
  },
  {
    name: 'shared-data-not-copied',
    promise: asOwn,
    file,
    test: 'give each request data of its own, which the gateway writes into',
  },
];
