import { chartOf, figuresOf, lineOf, type Turn } from './compare/figures';

const turn = (rate: number): Turn => ({
  ...{ rate, p50: 1_000 / rate, p99: 2_000 / rate, memory: 900 },
  ...{ cpu: { router: 2, mypage: 1 }, commands: { find: 1.5, ping: 0.01 } },
});

describe('the figures of a bench', () => {
  it('are the medians of the turns, and the last counts', () => {
    const figures = figuresOf('page', 'ours', [turn(10), turn(40), turn(20)]);
    expect(figures).toMatchObject({ workload: 'page', contender: 'ours', rate: 20, p50: 50, p99: 100 });
    expect(lineOf(figures)).toBe(
      'page · ours: 20 requests/s, p50 50.0 ms, p99 100.0 ms, 3.00 ms of processor time each (router 2.00 mypage 1.00), 900 MB; MongoDB commands each: find 1.50',
    );
  });

  it('are drawn in proportion to the fastest contender of the same workload', () => {
    const chart = chartOf([
      figuresOf('page', 'ours', [turn(100)]),
      figuresOf('page', 'a & b', [turn(50)]),
      figuresOf('one book', 'ours', [turn(700)]),
    ]);
    expect([...chart.matchAll(/width="(\d+)" height="18"/g)].map(([, width]) => width)).toEqual(['420', '210', '420']);
    expect(chart).toContain('page · a &amp; b');
    expect(chart).toContain('50 requests/s');
  });
});
