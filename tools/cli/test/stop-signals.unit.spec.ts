import { onStopSignals } from '../src/stop-signals';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function underTest() {
  const calls: string[] = [];
  const clock = { now: 0 };
  const before = signals.map((signal) => process.listeners(signal));
  const request = onStopSignals({
    stop: (reason) => calls.push(`stop ${reason}`),
    endAtOnce: () => calls.push('end at once'),
    now: () => clock.now,
  });
  // A signal would reach jest too; the handlers are called as Node calls them.
  signals.forEach((signal, place) => {
    for (const listener of process.listeners(signal))
      if (!before[place]?.includes(listener)) process.off(signal, listener);
  });
  return { calls, clock, request };
}

describe('a request to stop', () => {
  it.each(signals)('is carried out once, when %s comes from the terminal and from npm', (signal) => {
    const { calls, clock, request } = underTest();
    request(signal);
    clock.now = 40;
    request(signal);
    clock.now = 999;
    request(signal);
    expect(calls).toEqual([`stop ${signal}`]);
  });

  it('becomes an end at once with a Ctrl-C that comes later', () => {
    const { calls, clock, request } = underTest();
    request('SIGINT');
    clock.now = 1_000;
    request('SIGINT');
    expect(calls).toEqual(['stop SIGINT', 'end at once']);
  });

  it('stays an orderly stop when something else than Ctrl-C asks again', () => {
    const { calls, clock, request } = underTest();
    request('SIGINT');
    clock.now = 5_000;
    for (const reason of ['SIGTERM', 'SIGHUP', 'the output is closed']) request(reason);
    expect(calls).toEqual(['stop SIGINT']);
  });
});
