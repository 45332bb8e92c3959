import { AnsweredWithErrors } from '@rentalbook/test-kit';
import { until } from './until';

const going = new AbortController().signal;
const patience = { withinMs: 60_000, everyMs: 1, what: 'a page' };

describe('a drill that waits', () => {
  it('waits while the router answers that it cannot answer now', async () => {
    let looks = 0;
    const page = (): string => {
      looks += 1;
      if (looks < 3) throw new AnsweredWithErrors('UNAVAILABLE: not now', ['UNAVAILABLE']);
      return 'the page';
    };
    expect(await until(going, page, patience)).toBe('the page');
  });

  it('does not wait while the router answers with a bug', async () => {
    let looks = 0;
    const page = (): string => {
      looks += 1;
      throw new AnsweredWithErrors('INTERNAL_SERVER_ERROR: quote 1', ['UNAVAILABLE', 'INTERNAL_SERVER_ERROR']);
    };
    await expect(until(going, page, patience)).rejects.toThrow('quote 1');
    expect(looks).toBe(1);
  });
});
