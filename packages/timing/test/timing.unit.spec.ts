import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { setImmediate } from 'node:timers/promises';
import { createPauses, createPoller, doubling, increasing, jittered, pause, retry, until } from '../src';

let clock: ManualClock;
beforeEach(() => {
  clock = createManualClock();
});
/** Moves the time on by one millisecond at a time, so that what a callback begins is timed from its own instant. */
async function pass(ms: number): Promise<void> {
  await setImmediate();
  for (let passed = 0; passed < ms; passed += 1) {
    clock.advance(1);
    await setImmediate();
  }
}
const first = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

describe('the pauses of a back-off', () => {
  it('are all as long for a number', () => {
    expect(first(3, createPauses(50).next)).toEqual([50, 50, 50]);
  });

  it('double up to the longest, and begin again after a reset', () => {
    const pauses = createPauses(doubling({ first: 200, most: 5_000 }));
    expect(first(7, pauses.next)).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    pauses.reset();
    expect(first(2, pauses.next)).toEqual([200, 400]);
  });

  it('increase by the first one up to the longest', () => {
    expect(first(4, createPauses(increasing({ first: 200, most: 600 })).next)).toEqual([200, 400, 600, 600]);
  });

  it('are random below what they increase to', () => {
    expect(first(3, createPauses(jittered({ first: 20, most: 40 }, () => 0.5)).next)).toEqual([10, 20, 20]);
  });

  it('are of one wait: another wait by the same back-off begins with the first', () => {
    const backOff = doubling({ first: 10, most: 100 });
    expect(first(2, createPauses(backOff).next)).toEqual([10, 20]);
    expect(first(2, createPauses(backOff).next)).toEqual([10, 20]);
  });
});

describe('a pause', () => {
  it('ends when its time is over, or early when it is aborted, and leaves no timer', async () => {
    const stop = new AbortController();
    const ended: string[] = [];
    void pause(10, { clock }).then(() => ended.push('by time'));
    void pause(1_000, { clock, signal: stop.signal }).then(() => ended.push('by abort'));
    await pass(9);
    expect(ended).toEqual([]);
    await pass(1);
    stop.abort();
    await setImmediate();
    expect(ended).toEqual(['by time', 'by abort']);
    expect(clock.pending()).toBe(0);
    await pause(1_000, { clock, signal: stop.signal });
  });
});

describe('a poller', () => {
  it('polls at once, then after each pause that the poll asks for', async () => {
    const at: number[] = [];
    const poller = createPoller(() => Promise.resolve(10 * at.push(clock.now())), { clock });
    poller.start();
    poller.start();
    await pass(60);
    expect(at).toEqual([0, 10, 30, 60]);
    await poller.stop();
  });

  it('waits before the first poll where that is asked for', async () => {
    const poll = jest.fn(() => Promise.resolve(1_000));
    const poller = createPoller(poll, { firstAfterMs: 20, clock });
    poller.start();
    await pass(19);
    expect(poll).not.toHaveBeenCalled();
    await pass(1);
    expect(poll).toHaveBeenCalledTimes(1);
    await poller.stop();
  });

  it('polls at once when it is woken, also when that was during a poll', async () => {
    const poll = jest.fn(() => {
      if (poll.mock.calls.length === 2) poller.wake();
      return Promise.resolve(1_000);
    });
    const poller = createPoller(poll, { clock });
    poller.start();
    await setImmediate();
    poller.wake();
    await setImmediate();
    // The poll itself, the one that was woken, and the one after a wake during that.
    expect(poll).toHaveBeenCalledTimes(3);
    await pass(999);
    expect(poll).toHaveBeenCalledTimes(3);
    await poller.stop();
  });

  it('stops after the poll that is under way, which knows of it, and polls no more', async () => {
    let finish = (): void => undefined;
    const poll = jest.fn(async (stopping: AbortSignal) => {
      await new Promise<void>((resolve) => (finish = resolve));
      return stopping.aborted ? 0 : 1;
    });
    const poller = createPoller(poll, { clock });
    poller.start();
    const stopped = jest.fn();
    const stop = poller.stop().then(stopped);
    await setImmediate();
    expect(stopped).not.toHaveBeenCalled();
    finish();
    await stop;
    expect(poll).toHaveBeenCalledTimes(1);
    expect(clock.pending()).toBe(0);
  });
});

describe('a wait until something is there', () => {
  it('ends with what was found', async () => {
    const found = until(() => (clock.now() >= 25 ? clock.now() : undefined), { every: 10, clock });
    await pass(30);
    await expect(found).resolves.toBe(30);
  });

  it('ends without it when the time is over, after a last poll', async () => {
    const at: number[] = [];
    const find = (): undefined => void at.push(clock.now());
    const found = until(find, { every: 10, withinMs: 25, clock });
    await pass(30);
    await expect(found).resolves.toBeUndefined();
    expect(at).toEqual([0, 10, 20, 30]);
  });

  it('ends without it when it is aborted', async () => {
    const stop = new AbortController();
    const found = until(() => undefined, { every: 10, signal: stop.signal, clock });
    await pass(15);
    stop.abort();
    await expect(found).resolves.toBeUndefined();
    expect(clock.pending()).toBe(0);
  });
});

describe('a retry', () => {
  const fault = new Error('busy');
  const failing = (times: number) => jest.fn((attempt: number) => (attempt > times ? 'done' : Promise.reject(fault)));
  const work = (times: number) => {
    const attempts = failing(times);
    return { attempts, call: async (attempt: number) => attempts(attempt) };
  };

  it('repeats what failed after growing pauses, and reports each failure that is not the last', async () => {
    const { attempts, call } = work(2);
    const onRetry = jest.fn();
    const result = retry(call, { backOff: doubling({ first: 10, most: 100 }), onRetry, clock });
    await pass(29);
    expect(attempts).toHaveBeenCalledTimes(2);
    await pass(1);
    await expect(result).resolves.toBe('done');
    expect(onRetry.mock.calls).toEqual([
      [fault, 1],
      [fault, 2],
    ]);
  });

  it('throws an error that is not transient', async () => {
    const isTransient = (_error: unknown, attempt: number): boolean => attempt < 2;
    const { attempts, call } = work(5);
    const result = retry(call, { backOff: 10, isTransient, clock });
    void result.catch(() => undefined);
    await pass(10);
    await expect(result).rejects.toBe(fault);
    expect(attempts).toHaveBeenCalledTimes(2);
  });

  it('throws the last error when the time is over, also when there was time for one attempt only', async () => {
    const { attempts, call } = work(9);
    const result = retry(call, { backOff: 10, withinMs: 15, clock });
    void result.catch(() => undefined);
    await pass(20);
    await expect(result).rejects.toBe(fault);
    expect(attempts).toHaveBeenCalledTimes(3);
    await expect(retry(work(9).call, { backOff: 10, withinMs: 0, clock })).rejects.toBe(fault);
  });

  it('throws why it was aborted, during the pause', async () => {
    const stop = new AbortController();
    const { attempts, call } = work(9);
    const result = retry(call, { backOff: 1_000, signal: stop.signal, clock });
    await pass(1);
    stop.abort('stopping');
    await expect(result).rejects.toBe('stopping');
    expect(attempts).toHaveBeenCalledTimes(1);
    expect(clock.pending()).toBe(0);
  });
});
