import { chanceOf } from './chance';
import { eventLog } from './event-log';
import { foldPages } from './page-fold';
import { inOrder, simulatedPage } from './simulated-page';
import { deliver, unruly } from './unruly-delivery';

// The long form is fault F8 of `npm run test:faults`.
const SEEDS = 100;
const EVENTS = 300;

describe('every member’s page', () => {
  it(`equals the fold of the log in ${String(SEEDS)} of ${String(SEEDS)} runs, however its events arrive`, () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const chance = chanceOf(seed);
      const log = eventLog(chance, EVENTS);
      const { consumer, entries } = simulatedPage();
      deliver(unruly(log, chance), consumer, chance);
      expect({ seed, pages: inOrder(entries()) }).toEqual({ seed, pages: inOrder(foldPages(log)) });
    }
  });

  it('is stored to the last field as if every event had come once and in order', () => {
    for (let seed = 1; seed <= SEEDS / 10; seed += 1) {
      const chance = chanceOf(seed);
      const log = eventLog(chance, EVENTS);
      const [orderly, shaken] = [simulatedPage(), simulatedPage()];
      for (const event of log) orderly.consumer.handle(event);
      deliver(unruly(log, chance), shaken.consumer, chance);
      expect({ seed, documents: shaken.documents() }).toEqual({ seed, documents: orderly.documents() });
    }
  });

  it('has been through every kind of event, so that the runs say something', () => {
    const log = Array.from({ length: 20 }, (_, seed) => eventLog(chanceOf(seed), EVENTS)).flat();
    const consumed = new Set(log.map(({ eventType }) => eventType));
    expect([...consumed].sort()).toEqual(
      expect.arrayContaining(['Cancelled', 'Checked', 'Expired', 'Loaned', 'Ready', 'Refused', 'ReturnedBook']),
    );
    expect(new Set(foldPages(log).map(({ status }) => status)).size).toBeGreaterThanOrEqual(8);
  });
});
