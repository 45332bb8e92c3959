import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import { startProgress } from './progress';

function started() {
  const clock = createManualClock();
  const lines: string[] = [];
  const progress = startProgress((line) => lines.push(line), clock);
  return { clock, lines, progress };
}

describe('the progress of a run', () => {
  it('is said at least every ten seconds, by the newest thing that is under way', async () => {
    const { clock, lines, progress } = started();
    await progress.during('waiting for the rollout', async () => {
      clock.advance(9_999);
      await progress.during(
        () => `${String(lines.length)} requests`,
        () => {
          clock.advance(8_000);
          return Promise.resolve();
        },
      );
      clock.advance(10_000);
    });
    expect(lines).toEqual([
      '  … waiting for the rollout, for 8 s so far',
      '  … 1 requests, for 6 s so far',
      '  … waiting for the rollout, for 24 s so far',
    ]);
  });

  it('is said when nothing is under way, too', async () => {
    const { clock, lines, progress } = started();
    await progress.during('waiting', () => {
      clock.advance(2_000);
      return Promise.resolve();
    });
    clock.advance(6_000);
    expect(lines).toEqual(['  … between two steps, for 6 s so far']);
  });

  it('is not said while other lines are, and once it has ended', async () => {
    const { clock, lines, progress } = started();
    await progress.during('waiting', () => {
      for (let times = 0; times < 3; times += 1) {
        clock.advance(7_000);
        progress.say('a step');
      }
      return Promise.resolve();
    });
    progress.end();
    expect(clock.pending()).toBe(0);
    expect(lines).toEqual(['a step', 'a step', 'a step']);
  });

  it('goes on after work that failed', async () => {
    const { clock, lines, progress } = started();
    await expect(progress.during('failing', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    clock.advance(9_000);
    expect(lines).toEqual(['  … between two steps, for 8 s so far']);
  });
});
