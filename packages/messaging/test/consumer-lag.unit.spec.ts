import { createConsumerLag } from '../src/consume/consumer-lag';

it('is nothing before the first fetch', () => {
  expect(createConsumerLag().messages([40])).toBe(0);
});

it('counts what is being applied, and what came before the fetch', () => {
  const lag = createConsumerLag();
  lag.fetched(0, 100, 130);
  lag.fetched(1, 7, 9);
  expect(lag.messages([])).toBe(32);
});

it('counts what is published while a slow batch is applied', () => {
  const lag = createConsumerLag();
  lag.fetched(0, 100, 130);
  expect(lag.messages([4_100])).toBe(4_000);
});

it('is nothing once everything is applied, though the ends were read before', () => {
  const lag = createConsumerLag();
  lag.fetched(0, 100, 130);
  lag.applied(0, 130);
  expect(lag.messages([110])).toBe(0);
});

it('counts what is published after the last batch was applied', () => {
  const lag = createConsumerLag();
  lag.fetched(0, 100, 130);
  lag.applied(0, 130);
  expect(lag.messages([135])).toBe(5);
});

it('forgets partitions that other members of the group have now', () => {
  const lag = createConsumerLag();
  lag.fetched(0, 100, 130);
  lag.clear();
  expect(lag.messages([4_100])).toBe(0);
});
