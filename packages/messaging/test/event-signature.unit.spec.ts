import type { EventOf } from '@rentalbook/event-contracts';
import type { ReceivedMessage } from '../src/dead-letters/dead-letters';
import { SIGNATURE_HEADER, type EventSignatures } from '../src/publish/event-signature';
import { createMessageHandler } from '../src/consume/message-handler';
import { noopMetrics } from '../src';
import { parkedKeysInMemory, silent, topicsInMemory } from './support';

const event: EventOf<'Withdrawn'> = {
  id: '0198f3a0-9999-7000-8000-000000000001',
  source: 'book',
  eventType: 'Withdrawn',
  timestamp: '2026-03-02T09:30:00.000Z',
  schemaVersion: 1,
  key: 'book-a',
  sequence: 1,
  correlationId: 'test',
  actor: 'libby',
  data: { bookId: 'book-a', copyId: 'copy-1', reason: 'worn' },
};
const VALUE = JSON.stringify(event);

/** Signatures that anybody can read: who signed what. */
const signedBy = (service: string, value = VALUE, key = 'book-a'): string => `${service} ${key} ${value}`;
const signatures = (takesUnsigned: boolean): EventSignatures => ({
  sign: undefined,
  checks: true,
  takesUnsigned,
  signerOf: (signature, { key, value }) =>
    ['book', 'rental'].find((service) => signature === signedBy(service, String(value), key)),
});

/** A consumer that gets one message; resolves to what it applied, its record of the key and its dead letters. */
async function consume(value: string, signature: string | undefined, takesUnsigned: boolean) {
  const topics = topicsInMemory();
  const applied: unknown[] = [];
  const counted: unknown[] = [];
  const handler = createMessageHandler({
    brokers: [],
    clientId: 'page',
    log: silent,
    topic: 'rentalbook',
    groupId: 'page',
    metrics: { ...noopMetrics, count: (...what) => void counted.push(what) },
    signatures: signatures(takesUnsigned),
    publisher: topics,
    parkedKeys: parkedKeysInMemory(),
    handle(run) {
      applied.push(...run.map((consumed) => consumed.event));
      return Promise.resolve([]);
    },
    isTransient: () => false,
    onFatal: () => undefined,
  });
  const message: ReceivedMessage = {
    topic: 'rentalbook',
    partition: 0,
    offset: '0',
    key: 'book-a',
    value: Buffer.from(value),
    headers: signature === undefined ? {} : { [SIGNATURE_HEADER]: signature },
  };
  const done = await handler.processBatch([message, { ...message, offset: '1' }], undefined);
  const together = applied.splice(0).length;
  expect(done.size).toBe(together);
  const record = await handler.process(message, undefined);
  return { together, applied, record, deadLetters: topics.deadLetters(), counted };
}

describe('an event', () => {
  it.each([
    ['signed by its source', signedBy('book'), false],
    ['without a signature, where those are taken', undefined, true],
  ])('is applied when it is %s', async (_what, signature, takesUnsigned) => {
    const { together, applied, record, deadLetters, counted } = await consume(VALUE, signature, takesUnsigned);
    expect({ together, applied, record, deadLetters }).toEqual({
      together: 2,
      applied: [event],
      record: undefined,
      deadLetters: [],
    });
    const unsigned = counted.filter((what) => JSON.stringify(what) === '["unsigned_events",{"source":"book"}]');
    expect(unsigned).toHaveLength(signature === undefined ? 3 : 0);
  });

  it.each<[string, string, string | undefined, boolean, RegExp]>([
    ['without a signature', VALUE, undefined, false, /^The message has no signature, and UNSIGNED_EVENTS is refuse\.$/],
    ['of an unknown key', VALUE, signedBy('stranger'), true, /^No accepted key made the signature/],
    ['of another value', VALUE, signedBy('book', '{}'), true, /^No accepted key made/],
    ['of another book', VALUE, signedBy('book', VALUE, 'book-b'), true, /^No accepted key made/],
    ['of another service', VALUE, signedBy('rental'), true, /^rental signed an event of book\.$/],
    ['before its value is read', 'no JSON', signedBy('book'), true, /^No accepted key made/],
  ])('is a dead letter and never applied when its signature is missing or wrong: %s', async (...given) => {
    const [, value, signature, takesUnsigned, reason] = given;
    const { together, applied, record, deadLetters, counted } = await consume(value, signature, takesUnsigned);
    expect({ together, applied }).toEqual({ together: 0, applied: [] });
    expect(record).toMatchObject({ state: 'parked', cause: 'forged', reason: expect.stringMatching(reason) as string });
    expect(deadLetters).toMatchObject([
      { cause: 'forged', reason: expect.stringMatching(reason) as string, offset: 0 },
    ]);
    expect(counted).toContainEqual(['dead_letters', { cause: 'forged' }]);
  });
});
