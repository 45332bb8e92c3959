import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { eventually } from '@rentalbook/test-kit/eventually';
import { KafkaJSProtocolError, type Admin } from 'kafkajs';
import { createAdminConnection } from '../src/kafka/admin-connection';

const OFFSETS = [{ partition: 0, offset: '7', high: '7', low: '0' }];
const protocolError = (type: string): Error =>
  new KafkaJSProtocolError(Object.assign(new Error(type), { type, code: 6, retriable: true }));
const notLeader = protocolError('NOT_LEADER_FOR_PARTITION');

describe('a connection for what is asked about topics', () => {
  let clock: ManualClock;
  /** What has become of each connection. */
  let connections: ('open' | 'closed')[];
  /** What the next connections find, the last one for ever; each keeps what it knew when it was made. */
  let leaders: (Error | undefined)[];
  const newAdmin = (): Admin => {
    const place = connections.push('closed') - 1;
    const fault = leaders.length > 1 ? leaders.shift() : leaders[0];
    return {
      connect: () => Promise.resolve(void (connections[place] = 'open')),
      disconnect: () => Promise.resolve(void (connections[place] = 'closed')),
      fetchTopicOffsets: () => (fault ? Promise.reject(fault) : Promise.resolve(OFFSETS)),
    } as unknown as Admin;
  };
  beforeEach(() => {
    clock = createManualClock();
    connections = [];
    leaders = [undefined];
  });
  const settled = async <Result>(work: Promise<Result>): Promise<Result> => {
    let isOver = false;
    void work.finally(() => (isOver = true)).catch(() => undefined);
    await eventually(() => {
      if (clock.pending() > 0) clock.advance(100);
      return isOver;
    });
    return work;
  };

  it('is made once for many questions', async () => {
    const admin = createAdminConnection(newAdmin, clock);
    for (let times = 0; times < 3; times += 1) await expect(admin.topicOffsets('events')).resolves.toEqual(OFFSETS);
    expect(connections).toEqual(['open']);
    await admin.close();
    expect(connections).toEqual(['closed']);
  });

  it.each(['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE'])(
    'is made anew until it knows the leader of a partition: %s',
    async (type) => {
      leaders = [protocolError(type), protocolError(type), undefined];
      const admin = createAdminConnection(newAdmin, clock);
      await expect(settled(admin.topicOffsets('events'))).resolves.toEqual(OFFSETS);
      expect(connections).toEqual(['closed', 'closed', 'open']);
    },
  );

  it('gives up a partition that has no leader for ten seconds', async () => {
    leaders = [notLeader];
    await expect(settled(createAdminConnection(newAdmin, clock).topicOffsets('events'))).rejects.toBe(notLeader);
    expect(clock.now()).toBeGreaterThanOrEqual(10_000);
    expect(connections).not.toContain('open');
  });

  it('does not ask again after another error, and has a new connection for the next question', async () => {
    const unknown = protocolError('UNKNOWN_TOPIC_OR_PARTITION');
    leaders = [unknown, undefined];
    const admin = createAdminConnection(newAdmin, clock);
    await expect(admin.topicOffsets('events')).rejects.toBe(unknown);
    expect(connections).toEqual(['closed']);
    await expect(admin.topicOffsets('events')).resolves.toEqual(OFFSETS);
    expect(connections).toEqual(['closed', 'open']);
  });
});
