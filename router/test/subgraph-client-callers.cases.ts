import { SubgraphUnavailable } from '../src/resilience/subgraph-faults';
import { TIMEOUT_MS, dropConnection, hang, wellFormed } from './subgraph-behaviours';
import {
  OPEN_FOR_MS,
  clock,
  subgraph,
  client,
  lines,
  call,
  failure,
  requestsArrived,
  openBreaker,
  useSubgraphClient,
} from './subgraph-client.support';

const TRIAL_PATIENCE_MS = 250;

describe('a client of a subgraph, for several callers', () => {
  useSubgraphClient();

  const timesOut = async (...callers: string[]): Promise<void> => {
    subgraph.behave(hang);
    const seen = subgraph.requests.length;
    const outcome = failure({ callers });
    await requestsArrived(seen + 1);
    clock.advance(TIMEOUT_MS);
    expect(await outcome).toBeInstanceOf(SubgraphUnavailable);
  };

  it('does not let others wait for the one call that tries a subgraph which hangs', async () => {
    await openBreaker();
    subgraph.behave(hang);
    clock.advance(OPEN_FOR_MS);
    const trial = failure({ deadline: Infinity });
    await requestsArrived(6);
    const other = failure();
    expect(client.isOpen()).toBe(true);
    expect(clock.pending()).toBe(2);
    clock.advance(TRIAL_PATIENCE_MS);
    expect(await other).toBeInstanceOf(SubgraphUnavailable);
    await trial;
  });

  describe('when the one call that tries whether the subgraph is back proves nothing', () => {
    const left = 40;
    const timesOutEarly = async (): Promise<unknown> => {
      subgraph.behave(hang);
      const trial = failure({ deadline: clock.now() + left });
      await requestsArrived(6);
      clock.advance(left);
      return trial;
    };
    const losesItsClient = (): Promise<unknown> => {
      const client = new AbortController();
      subgraph.behave((request, response) => {
        client.abort();
        return dropConnection(request, response);
      });
      return failure({ repeatable: true, abandoned: client.signal });
    };
    const cannotBeSent = (): Promise<unknown> =>
      failure({
        headers: () => {
          throw new Error('no key to sign with');
        },
      });

    it.each([
      ['its operation has no time left', timesOutEarly],
      ['its client is gone', losesItsClient],
      ['it cannot be sent', cannotBeSent],
    ])('answers callers at once for another second: %s', async (_, trial) => {
      await openBreaker();
      clock.advance(OPEN_FOR_MS);
      lines.length = 0;
      expect(await trial()).toBeInstanceOf(SubgraphUnavailable);
      expect(client.isOpen()).toBe(true);
      expect(lines).toEqual([]);
      const seen = subgraph.requests.length;
      expect(await failure()).toBeInstanceOf(SubgraphUnavailable);
      expect(subgraph.requests).toHaveLength(seen);
      subgraph.behave(wellFormed);
      clock.advance(OPEN_FOR_MS);
      await expect(call()).resolves.toMatchObject({ data: {} });
      expect(lines.join()).toContain('a subgraph is back');
    });
  });

  it('goes on answering other callers while the calls of one caller time out, and pauses that caller', async () => {
    for (let times = 0; times < 5; times += 1) await timesOut('member:mallory');
    const seen = subgraph.requests.length;
    subgraph.behave(wellFormed);
    expect(await failure({ callers: ['member:mallory'] })).toBeInstanceOf(SubgraphUnavailable);
    expect(subgraph.requests).toHaveLength(seen);
    await expect(call({ callers: ['member:bob'] })).resolves.toMatchObject({ data: {} });
    expect(client.isOpen()).toBe(false);
  });

  it('asks again for the paused caller after a second', async () => {
    for (let times = 0; times < 5; times += 1) await timesOut('member:mallory');
    subgraph.behave(wellFormed);
    clock.advance(1_000);
    await expect(call({ callers: ['member:mallory'] })).resolves.toMatchObject({ data: {} });
  });

  it('opens for all once the calls of several callers time out', async () => {
    for (let caller = 0; caller < 5; caller += 1) await timesOut(`member:${String(caller)}`);
    expect(client.isOpen()).toBe(true);
    const seen = subgraph.requests.length;
    expect(await failure({ callers: ['member:bob'] })).toBeInstanceOf(SubgraphUnavailable);
    expect(subgraph.requests).toHaveLength(seen);
  });

  it('counts the time-outs of shared calls for each of their callers, and each call once', async () => {
    for (let times = 0; times < 5; times += 1) await timesOut('member:mallory', 'member:bob');
    expect(client.isOpen()).toBe(false);
    const seen = subgraph.requests.length;
    subgraph.behave(wellFormed);
    for (const caller of ['member:mallory', 'member:bob'])
      expect(await failure({ callers: [caller] })).toBeInstanceOf(SubgraphUnavailable);
    expect(subgraph.requests).toHaveLength(seen);
    await expect(call({ callers: ['member:mallory', 'member:carol'] })).resolves.toMatchObject({ data: {} });
  });

  describe('that has no room for more', () => {
    const isOverloaded = (error: unknown): boolean => error instanceof SubgraphUnavailable && error.overloaded;
    const failures = async (count: number) => {
      const errors: unknown[] = [];
      const all = Promise.all(Array.from({ length: count }, async () => errors.push(await failure())));
      await requestsArrived(100);
      return { errors, all };
    };
    beforeEach(() => {
      subgraph.behave(hang);
    });

    it('turns callers away at once when 200 wait already, and ends all others when their time is over', async () => {
      const { errors, all } = await failures(310);
      expect(errors.map(isOverloaded)).toEqual(Array.from({ length: 10 }, () => true));
      clock.advance(TIMEOUT_MS);
      await all;
      expect(errors.filter((error) => error instanceof SubgraphUnavailable && !error.overloaded)).toHaveLength(300);
    });

    it('lets a caller wait for room no longer than its operation has left', async () => {
      const { errors, all } = await failures(100);
      const waiting = failure({ deadline: clock.now() + 10 });
      clock.advance(10);
      expect(await waiting).toBeInstanceOf(SubgraphUnavailable);
      expect(errors).toEqual([]);
      clock.advance(TIMEOUT_MS);
      await all;
      expect(subgraph.requests).toHaveLength(100);
    });
  });
});
