// Planted faults in the wiring of traces.
const spans = 'packages/tracing/test/spans.unit.spec.ts';
const sending = 'packages/tracing/test/sending.unit.spec.ts';
const store = 'tests/faults/aggregate-store.int.spec.ts';
const consumers = 'tests/faults/consumers.int.spec.ts';
const trail = 'tests/conformance/member-list.int.spec.ts';
const graph = 'tests/graph/allow.contract.spec.ts';
const alarms = 'packages/service-kit/test/alarms.unit.spec.ts';

export const tracingMutants = [
  {
    name: 'trace-lost-at-the-outbox',
    promise: 'what follows from a request is one trace',
    file: store,
    test: 'goes on in the message of its event, though another one is written in the same write',
  },
  {
    name: 'trace-of-the-first-caller',
    promise: 'a span is below what caused it',
    file: spans,
    test: 'is recorded in the first that is sampled, whatever is active where it begins',
  },
  {
    name: 'links-one-way',
    promise: 'what is done together is found from each of its traces',
    file: spans,
    test: 'has a span in each, below its own parent, and each span leads to the others',
  },
  {
    name: 'member-on-a-span',
    promise: 'no span identifies a member',
    file: spans,
    test: 'of an event says nothing of what the event holds about a member',
  },
  {
    name: 'message-on-a-span',
    promise: 'no span identifies a member',
    file: spans,
    test: 'fails with the class of its error, and without its message',
  },
  {
    name: 'sdk-always-loaded',
    promise: 'tracing costs nothing while it is off',
    file: sending,
    test: 'is not loaded while there is no endpoint',
  },
  {
    name: 'unsampled-pay',
    promise: 'a request that is not sampled costs what it did',
    file: spans,
    test: 'costs what is not sampled nothing: the context is kept through promises only meanwhile',
  },
  {
    name: 'effects-below-the-sender',
    promise: 'a span is below what caused it',
    file: consumers,
    test: 'goes on in a span of each replay',
  },
  {
    name: 'replay-without-a-span',
    promise: 'a replay is seen in the trace',
    file: consumers,
    test: 'goes on in a span of each replay',
  },
  {
    name: 'drops-not-counted',
    promise: 'spans that are lost are counted',
    file: sending,
    test: 'because the collector does not take them are counted, and logged once in a while',
  },
  {
    name: 'trail-for-members',
    promise: 'an event trail is for librarians',
    file: graph,
    test: 'is for librarians alone, by the rule of its field and of each of its types',
  },
  {
    name: 'trail-of-the-last-repeat',
    promise: 'an event trail dates what happened first',
    file: trail,
    test: 'comes to the same in whatever order events are recorded, and however often',
  },
  {
    name: 'trail-without-an-index',
    promise: 'an event trail costs what it lists',
    file: trail,
    test: 'costs what is listed, however long the log is and however long the trail',
  },
  {
    name: 'discarded-counts-as-applied',
    promise: 'an event trail invents nothing',
    file: trail,
    test: 'lists an event that was discarded, and does not call it applied',
  },
  {
    name: 'error-without-its-trace',
    promise: 'an error leads to its trace',
    file: alarms,
    test: 'gives the error of a defect an id that begins with the id of the trace',
  },
];
