import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import pino from 'pino';
import { createSampledLog } from '../src/gateway/sampled-log';

describe('log lines of refused requests', () => {
  const clock = createManualClock();
  let lines: { codes: string[]; status?: number; unlogged?: number }[];
  let write: ReturnType<typeof createSampledLog>;
  beforeEach(() => {
    lines = [];
    const logger = pino(
      { level: 'debug' },
      { write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[0]) },
    );
    write = createSampledLog(logger, clock);
  });
  const refuse = (times: number, code: string): void => {
    for (let time = 0; time < times; time += 1) write('info', [code], { status: 400 }, 'a request was refused');
  };

  it('are at most twenty in ten seconds of the same codes, and the next one says how many were left out', () => {
    refuse(1_000, 'BAD_REQUEST');
    expect(lines).toHaveLength(20);
    expect(lines[0]).toMatchObject({ codes: ['BAD_REQUEST'], status: 400, msg: 'a request was refused' });
    clock.advance(9_999);
    refuse(1, 'BAD_REQUEST');
    expect(lines).toHaveLength(20);
    clock.advance(1);
    refuse(2, 'BAD_REQUEST');
    expect(lines.slice(20).map(({ unlogged }) => unlogged)).toEqual([981, undefined]);
  });

  it('of other codes are not left out for them', () => {
    refuse(1_000, 'BAD_REQUEST');
    refuse(1, 'UNAUTHENTICATED');
    expect(lines.at(-1)?.codes).toEqual(['UNAUTHENTICATED']);
  });

  it('are all there of an error that has an id', () => {
    for (let time = 0; time < 100; time += 1) write('error', ['INTERNAL_SERVER_ERROR'], {}, 'an operation failed');
    expect(lines).toHaveLength(100);
  });
});
