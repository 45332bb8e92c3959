import { version } from '../../../package.json';
import { allMetrics, OTHER, REQUEST_OUTCOMES } from '@rentalbook/observability/metrics';
import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import { continueTrace } from '@rentalbook/tracing';
import { metricsIn, valuesOutside, type Sample } from '@rentalbook/test-kit/metrics-text';
import { setImmediate } from 'node:timers/promises';
import pino from 'pino';
import { createMetrics, publicErrorCodes, type MetricsEndpoint } from '../src';

const NOW = Date.parse('2026-11-30T00:00:00.000Z');
const SAMPLED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const UNSAMPLED = SAMPLED.replace(/01$/, '00');

describe('the metrics of a service', () => {
  const clock = createManualClock();
  const logger = pino({ level: 'silent' });
  let metrics: MetricsEndpoint;
  beforeEach(() => {
    metrics = createMetrics('mypage', logger, clock, () => NOW);
  });

  async function scraped(): Promise<readonly Sample[]> {
    return metricsIn(await metrics.text());
  }
  const valueOf = async (name: string, labels: object = {}): Promise<number | undefined> =>
    (await scraped()).find(
      (line) =>
        line.name === name &&
        Object.entries({ service: 'mypage', ...labels }).every(([key, value]) => line.labels[key] === value),
    )?.value;

  it('are those that the catalogue has for it', async () => {
    const described = [...(await metrics.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) =>
      [name, type].join(' '),
    );
    const expected = allMetrics
      .filter(({ exposedBy }) => exposedBy.includes('mypage'))
      .map(({ name, type }) => `${name.replace(/_total$/, '')} ${type}`);
    expect(described.sort()).toEqual(expected.sort());
  });

  it('name the release, as package.json does', async () => {
    expect(await valueOf('rentalbook_build_info', { version })).toBe(1);
  });

  it('are exposed also by a service that the catalogue does not name, rather than lost', async () => {
    metrics.count('events_sent', {}, 3);
    expect(await valueOf('rentalbook_events_sent_total')).toBe(3);
  });

  it('count alarms from 0 on, in each of their series', async () => {
    expect(await valueOf('rentalbook_stream_gaps_total', { source: 'rental' })).toBe(0);
    expect(await valueOf('rentalbook_dead_letters_total', { cause: 'forged' })).toBe(0);
  });

  it('leave out a number that takes too long to read, which is read once at a time', async () => {
    const answers: ((value: number) => void)[] = [];
    metrics.gauge('parked_keys', () => new Promise((answer) => answers.push(answer)));
    metrics.gauge('consumer_lag_messages', () => 7);
    for (let scrape = 0; scrape < 2; scrape += 1) {
      const text = metrics.text();
      await setImmediate();
      clock.advance(250);
      const samples = metricsIn(await text);
      expect(samples.some(({ name }) => name === 'rentalbook_parked_keys')).toBe(false);
      expect(samples).toContainEqual(expect.objectContaining({ name: 'rentalbook_consumer_lag_messages', value: 7 }));
    }
    expect(answers).toHaveLength(1);
    answers[0]?.(3);
    await setImmediate();
    const text = metrics.text();
    answers[1]?.(4);
    expect(metricsIn(await text)).toContainEqual(expect.objectContaining({ name: 'rentalbook_parked_keys', value: 4 }));
  });

  it('observe durations in seconds', async () => {
    const end = metrics.startTimer('consume_duration_seconds');
    clock.advance(1_500);
    end({ outcome: 'applied' });
    expect(await valueOf('rentalbook_consume_duration_seconds_sum', { outcome: 'applied' })).toBe(1.5);
    metrics.observeSince('decided_to_applied_seconds', { source: 'book' }, '2026-11-29T23:59:57.000Z');
    metrics.observeSince('published_to_applied_seconds', { source: 'book' }, NOW - 250);
    expect(await valueOf('rentalbook_decided_to_applied_seconds_sum', { source: 'book' })).toBe(3);
    expect(await valueOf('rentalbook_published_to_applied_seconds_sum', { source: 'book' })).toBe(0.25);
  });

  it('take an instant of a clock that is ahead for now', async () => {
    metrics.observeSince('decided_to_applied_seconds', { source: 'book' }, NOW + 90_000);
    expect(await valueOf('rentalbook_decided_to_applied_seconds_sum', { source: 'book' })).toBe(0);
  });

  it('name the trace of an observation, if it is sampled', async () => {
    metrics.observe('consume_duration_seconds', { outcome: 'applied' }, 0.3, UNSAMPLED);
    metrics.observe('consume_duration_seconds', { outcome: 'failed' }, 0.3, 'none');
    metrics.observe('consume_duration_seconds', { outcome: 'applied' }, 0.03, SAMPLED);
    const exemplars = (await scraped()).flatMap(({ labels: { le, outcome }, traceId }) =>
      traceId === undefined ? [] : [{ le, outcome, traceId }],
    );
    expect(exemplars).toEqual([{ le: '0.05', outcome: 'applied', traceId: '0af7651916cd43dd8448eb211c80319c' }]);
  });

  it('have a bounded number of series, whatever a label is given', async () => {
    metrics = createMetrics('router', logger, clock, () => NOW);
    for (let call = 0; call < 1_000; call += 1) {
      const made = `member-${String(call)}"}\n${continueTrace(undefined)}`;
      metrics.count('requests', { outcome: made });
      metrics.count('refusals', { kind: made });
      metrics.observe('request_duration_seconds', { operation: made, outcome: made }, 0.1);
      metrics.observe('subgraph_call_duration_seconds', { target: made, outcome: 'answered' }, 0.1);
      metrics.gauge('circuit_open', () => 1, { target: made });
    }
    const lines = await scraped();
    expect(valuesOutside(lines, [OTHER])).toEqual([]);
    expect(lines.find(({ name }) => name === 'rentalbook_requests_total')).toMatchObject({
      labels: { outcome: OTHER },
      value: 1_000,
    });
  });

  it('leave a number out that cannot be read, and keep the others', async () => {
    metrics.gauge('parked_keys', () => Promise.reject(new Error('MongoDB is away')));
    metrics.gauge('consumer_lag_messages', () => 7);
    expect(await valueOf('rentalbook_parked_keys')).toBeUndefined();
    expect(await valueOf('rentalbook_consumer_lag_messages')).toBe(7);
  });

  it('have one reading for each set of labels: that of the last part of the service that registered it', async () => {
    let earlierReads = 0;
    metrics.gauge('parked_keys', async () => {
      earlierReads += 1;
      await setImmediate();
      return 3;
    });
    metrics.gauge('parked_keys', () => 0);
    metrics.gauge('mongo_pool_connections', () => 4, { state: 'in_use' });
    metrics.gauge('mongo_pool_connections', () => 2, { state: 'waiting' });
    expect(await valueOf('rentalbook_parked_keys')).toBe(0);
    expect(earlierReads).toBe(0);
    expect(await valueOf('rentalbook_mongo_pool_connections', { state: 'in_use' })).toBe(4);
    expect(await valueOf('rentalbook_mongo_pool_connections', { state: 'waiting' })).toBe(2);
  });

  it('have an outcome for each code that a client may meet', () => {
    expect([...REQUEST_OUTCOMES].sort()).toEqual(
      ['ok', 'abandoned', 'INTERNAL_SERVER_ERROR', ...publicErrorCodes].sort(),
    );
  });
});
