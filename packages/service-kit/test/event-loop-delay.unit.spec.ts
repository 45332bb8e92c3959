import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import { setImmediate } from 'node:timers/promises';
import { createEventLoopDelay } from '../src/telemetry/event-loop-delay';

it('is that of the last window and of the present one, however often it is read', async () => {
  const clock = createManualClock();
  let milliseconds = 0;
  const delay = createEventLoopDelay(clock, {
    enable: () => true,
    disable: () => true,
    percentile: (percent) => (percent === 99 ? milliseconds * 1e6 : 0),
    reset() {
      milliseconds = 0;
    },
  });
  const nextWindow = async (): Promise<void> => {
    clock.advance(5_000);
    await setImmediate();
  };
  delay.start();
  milliseconds = 400;
  expect([delay.seconds(), delay.seconds()]).toEqual([0.4, 0.4]);
  await nextWindow();
  milliseconds = 20;
  expect([delay.seconds(), delay.seconds()]).toEqual([0.4, 0.4]);
  await nextWindow();
  expect(delay.seconds()).toBe(0.02);
  await delay.stop();
});
