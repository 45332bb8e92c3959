import { Socket } from 'node:net';
import { createConnectionLimits } from '../src/http/connection-limits';

describe('a connection', () => {
  let now = 0;
  const limits = createConnectionLimits({ maxRequests: 3, maxAgeMs: 1_000 }, () => now);
  const answers = (socket: Socket, count: number): boolean[] =>
    Array.from({ length: count }, () => limits.isLast(socket));

  it('ends with the answer that reaches its number of requests, and another one goes on', () => {
    const busy = new Socket();
    expect(answers(busy, 3)).toEqual([false, false, true]);
    expect(limits.isLast(new Socket())).toBe(false);
  });

  it('ends with the first answer after its age', () => {
    const old = new Socket();
    expect(limits.isLast(old)).toBe(false);
    now += 999;
    expect(limits.isLast(old)).toBe(false);
    now += 1;
    expect(limits.isLast(old)).toBe(true);
  });
});
