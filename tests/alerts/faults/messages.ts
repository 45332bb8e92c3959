import { accepted, librarian, putMessages } from '@rentalbook/test-kit';
import { signedBy } from '@rentalbook/test-kit/signatures';
import type { FaultySystem } from '../../harness/system/faulty-system';
import { bookEvent, newKey } from './book-events';
import { whateverTheAnswer } from './callers';
import { changeDocument, discardAll, withDeadLetters } from './documents';
import { DOWN, READERS_NOTICE, type Fault } from './fault';

const message = (
  name: string,
  sentence: string,
  alerts: readonly string[],
  put: (system: FaultySystem) => Promise<void>,
): Fault => ({ name, sentence, alerts, harm: ({ system }) => put(system), heal: ({ system }) => discardAll(system) });

/** A book whose document in Reserve is damaged, and its state before. */
let damaged: { readonly key: string; readonly state: unknown } | undefined;

/** What is wrong with a message, or with what it meets. */
export const messageFaults: readonly Fault[] = [
  message(
    'malformed-message',
    'A message of Book cannot be read',
    ['RentalbookBlockedKey', 'RentalbookDeadLetters'],
    (system) => putMessages(system, [signedBy(system, 'book')({ key: newKey(), value: '{ "eventType": ' })]),
  ),
  message(
    'forged-event',
    'A message without a signature claims to be of Book',
    ['RentalbookForgedEvent', 'RentalbookBlockedKey'],
    (system) => {
      const key = newKey();
      return putMessages(system, [{ key, value: bookEvent(key, 1) }]);
    },
  ),
  message(
    'gap',
    'The second event of a book comes without the first',
    ['RentalbookStreamGap', 'RentalbookBlockedKey', 'RentalbookDeadLetters'],
    (system) => {
      const key = newKey();
      return putMessages(system, [signedBy(system, 'book')({ key, value: bookEvent(key, 2) })]);
    },
  ),
  message('conflict', 'Two events of a book have one number', ['RentalbookStreamConflict'], (system) => {
    const key = newKey();
    const sign = signedBy(system, 'book');
    return putMessages(
      system,
      [1, 1].map((sequence) => sign({ key, value: bookEvent(key, sequence) })),
    );
  }),
  {
    name: 'damaged-document',
    sentence: 'A document of Reserve has no list of copies any more, and copies are added',
    alerts: ['RentalbookHandlerFailure', 'RentalbookBlockedKey', 'RentalbookDeadLetters'],
    mayFollow: [...DOWN, ...READERS_NOTICE, 'RentalbookServiceRestarts', 'RentalbookConsumerRestarts'],
    // The process ends after the first two failures, and is started again.
    undividedSeconds: 40,
    harm: async ({ system }) => {
      const libby = await librarian(system);
      const { id: key } = accepted(await libby.addBook('Damaged', 1));
      const { state } = await changeDocument(system, 'reserve', key, { $set: { state: 'damaged' } });
      damaged = { key, state };
      // Book has added them; the answer also asks Reserve.
      await whateverTheAnswer(libby.addCopies(key, 1));
    },
    heal: async ({ system }) => {
      if (!damaged) throw new Error('No document is damaged.');
      await changeDocument(system, 'reserve', damaged.key, { $set: { state: damaged.state } });
      await system.untilReady();
      await withDeadLetters(system, async (admin) => {
        for (const parked of await admin.parkedKeys()) await admin.replay(parked, false);
      });
    },
  },
];
