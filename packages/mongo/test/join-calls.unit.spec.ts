import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import { StoreUnavailable } from '../src/database';
import { joinCalls } from '../src/join-calls';

describe('calls that begin in the same turn', () => {
  it('are carried out together, and each gets its own result', async () => {
    const together = jest.fn((calls: readonly number[]) => Promise.resolve(calls.map((call) => call * 2)));
    const call = joinCalls(together);
    expect(await Promise.all([call(1), call(2), Promise.resolve().then(() => call(3))])).toEqual([2, 4, 6]);
    expect(together).toHaveBeenCalledTimes(1);
    expect(await call(4)).toBe(8);
  });

  it('are carried out one by one when that fails, so that the fault of one is no other caller’s', async () => {
    const call = joinCalls((calls: readonly string[]) =>
      calls.includes('too large') ? Promise.reject(new Error('refused')) : Promise.resolve(calls),
    );
    const results = await Promise.allSettled([call('a'), call('too large'), call('b')]);
    expect(results).toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: new Error('refused') },
      { status: 'fulfilled', value: 'b' },
    ]);
  });

  it('all fail while the database is away, and are not repeated', async () => {
    const together = jest.fn((_calls: readonly string[]) => Promise.reject(new StoreUnavailable('it is away')));
    const call = joinCalls(together);
    const results = await Promise.allSettled([call('a'), call('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(together).toHaveBeenCalledTimes(1);
  });

  it('fail as one call does when there is only one', async () => {
    const together = jest.fn(() => Promise.reject(new Error('away')));
    await expect(joinCalls(together)('a')).rejects.toThrow('away');
    expect(together).toHaveBeenCalledTimes(1);
  });
});

describe('calls that begin while others are under way', () => {
  /** Each command ends when the test says so. */
  const commands = () => {
    const clock = createManualClock();
    const begun: { readonly calls: readonly string[]; readonly end: () => void }[] = [];
    const call = joinCalls(
      (calls: readonly string[]) =>
        new Promise<readonly string[]>((resolve) => {
          begun.push({
            calls,
            end: () => {
              resolve(calls);
            },
          });
        }),
      clock,
    );
    return { begun, call, clock };
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('are one command, sent when the one under way has ended', async () => {
    const { begun, call } = commands();
    const first = call('a');
    await turn();
    const later = [call('b')];
    await turn();
    later.push(call('c'));
    await turn();
    expect(begun.map(({ calls }) => calls)).toEqual([['a']]);
    begun[0]?.end();
    await first;
    await turn();
    expect(begun.map(({ calls }) => calls)).toEqual([['a'], ['b', 'c']]);
    begun[1]?.end();
    expect(await Promise.all(later)).toEqual(['b', 'c']);
  });

  it('wait at most 20 ms for a command that hangs', async () => {
    const { begun, call, clock } = commands();
    void call('hangs');
    await turn();
    const other = call('b');
    await turn();
    clock.advance(19);
    await turn();
    expect(begun).toHaveLength(1);
    clock.advance(1);
    await turn();
    begun[1]?.end();
    expect(await other).toBe('b');
  });
});
