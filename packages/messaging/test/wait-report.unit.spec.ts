import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import { createWaitReport } from '../src/kafka/wait-report';

describe('the report of a wait for an engine', () => {
  it('begins after 5 s, and comes every 15 s from then on', () => {
    const clock = createManualClock();
    const lines: string[] = [];
    const log = {
      debug: () => undefined,
      info: () => undefined,
      warn: (fields: object, message: string) => void lines.push(`${JSON.stringify(fields)} ${message}`),
      error: () => undefined,
    };
    const report = createWaitReport(log, 'MongoDB', clock);
    const unreachable = new Error('MongoDB at mongodb://elsewhere cannot be reached; start it or correct MONGO_URL.');
    while (clock.now() <= 40_000) {
      report(unreachable);
      clock.advance(500);
    }
    expect(lines).toEqual([
      '{"waitedMs":5000} not started after 5 s: MongoDB at mongodb://elsewhere cannot be reached; start it or correct MONGO_URL.',
      '{"waitedMs":20000} not started after 20 s: MongoDB at mongodb://elsewhere cannot be reached; start it or correct MONGO_URL.',
      '{"waitedMs":35000} not started after 35 s: MongoDB at mongodb://elsewhere cannot be reached; start it or correct MONGO_URL.',
    ]);
  });
});
