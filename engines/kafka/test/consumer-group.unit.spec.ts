import { ConsumerGroup } from '../src/groups/consumer-group';
import type { JoinRequest } from '../src/groups/member';

const SESSION_MS = 6_000;
const request: JoinRequest = {
  memberId: '',
  clientId: 'test',
  clientHost: '127.0.0.1',
  sessionTimeout: SESSION_MS,
  rebalanceTimeout: 10_000,
  protocolType: 'consumer',
  protocols: [{ name: 'RoundRobinAssigner', metadata: Buffer.alloc(0) }],
};
const there = (): AbortSignal => new AbortController().signal;

describe('a consumer group', () => {
  let group: ConsumerGroup;
  beforeEach(() => {
    jest.useFakeTimers();
    group = new ConsumerGroup('group');
  });
  afterEach(() => {
    group.close();
    jest.useRealTimers();
  });

  it('waits for a member that was killed no longer than its session', async () => {
    const killed = await group.join(request, there());
    const next = group.join(request, there());
    await jest.advanceTimersByTimeAsync(SESSION_MS);
    const { leader, memberId, members } = await next;
    expect({ leader, of: members.map(({ id }) => id) }).toEqual({ leader: memberId, of: [memberId] });
    expect(memberId).not.toBe(killed.memberId);
  });

  it('forgets who waited to join and is gone, which would be one session more for those who come after it', async () => {
    await group.join(request, there());
    const connection = new AbortController();
    void group.join(request, connection.signal);
    connection.abort();
    const next = group.join(request, there());
    await jest.advanceTimersByTimeAsync(SESSION_MS);
    const { memberId, members } = await next;
    expect(members.map(({ id }) => id)).toEqual([memberId]);
  });

  it('keeps a member whose connection breaks once it has joined, for it may come back with another', async () => {
    const connection = new AbortController();
    const { memberId, generation } = await group.join(request, connection.signal);
    connection.abort();
    expect(group.heartbeat(memberId, generation)).toBe(0);
  });
});
