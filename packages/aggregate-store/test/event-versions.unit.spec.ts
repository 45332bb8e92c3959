import { hold, releases } from '../../event-contracts/test/ready-in-three-versions';
import { eventsOf } from '../src/aggregate/aggregate-document';
import { envelopeEvents } from '../src/aggregate/envelope-events';
import { toMessage } from '../src/outbox/outbox-batch';

const release = releases['that adds version 3'];
jest.mock('../../event-contracts/src/registry', (): unknown => ({
  ...jest.requireActual<object>('../../event-contracts/src/registry'),
  eventContracts: { Ready: { parse: (event: unknown) => release.parse(event) } },
  get eventVersions() {
    return release;
  },
}));

const now = new Date('2026-03-02T09:30:00.000Z');
const { written, read } = hold({
  id: '0198f3a0-9999-7000-8000-000000000004',
  timestamp: now.toISOString(),
  key: '0198f3a0-1111-7000-8000-000000000001',
  sequence: 4,
  correlationId: 'test',
});
const traceparent = '';

describe('the outbox of a release that adds a version of an event', () => {
  it('has what it decides in the version before, which the replicas of the release before publish and project', () => {
    const { eventType, key, data } = read[3];
    const body = { eventType, data } as unknown as Parameters<typeof envelopeEvents>[3][number];
    const cause = { actor: 'alice', correlationId: 'test', traceparent };
    const [entry] = envelopeEvents('reserve', key, 3, [body], now, cause);
    expect(entry?.event).toMatchObject({ schemaVersion: 2, sequence: 4, data: written[2].data });
  });

  it.each([1, 2] as const)(
    'is projected in the newest version where an entry has version %i, and sent as it is',
    (version) => {
      const entry = { seq: 4, event: written[version], traceparent };
      expect(eventsOf([entry])).toEqual([read[version]]);
      expect(JSON.parse(String(toMessage(entry, undefined).value))).toEqual(written[version]);
    },
  );
});
