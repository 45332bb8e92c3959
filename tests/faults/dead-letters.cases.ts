import { readDeadLetters } from '@rentalbook/messaging';
import { recordSpans, type RecordedSpan, type SpanRecorder } from '@rentalbook/test-kit/recorded-spans';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { StillFailing } from '../../tools/cli/src/dead-letter-replay';
import { bookStream, isTaken, messageOf, silent, TOPIC, until } from './consumer-under-test';
import { hasApplied, operatedConsumers, waiting } from './operated-consumers';
import { poisons } from './poison';

const { engines, admin, start, stop, parkedKey, parkedKeys } = operatedConsumers();
const publish = (...events: readonly { readonly key: string }[]): Promise<void> =>
  engines().outside.publish(TOPIC, events.map(messageOf));

describe('poison', () => {
  it('of fifty kinds is parked, each with its reason, while other keys go on', async () => {
    expect(new Set(poisons.map(({ kind }) => kind)).size).toBe(50);
    const consumer = await start({ name: 'reserve' });
    for (const [index, { value, headers = {} }] of poisons.entries()) {
      const good = bookStream(`good-${String(index)}`, 3).map(messageOf);
      const bad = { key: `bad-${String(index)}`, value: value(`bad-${String(index)}`), headers };
      await engines().outside.publish(TOPIC, [...good.slice(0, 2), bad, ...good.slice(2)]);
    }
    for (const index of poisons.keys())
      await until('every good book is there', () => hasApplied(consumer, `good-${String(index)}`, 3));
    await until('the dead letter of every poison waits', async () => {
      const waiting = (await consumer.parked.all()).filter((record) => record.waiting === 1);
      return waiting.length === poisons.length;
    });

    const keys = await parkedKeys('reserve');
    for (const { record, deadLetters } of keys) {
      const { headers } = poisons[Number(record.key.slice('bad-'.length))] ?? {};
      expect(record).toMatchObject({ cause: headers ? 'forged' : 'malformed', attempts: 1 });
      expect(deadLetters).toHaveLength(1);
      expect(deadLetters[0]?.reason).toMatch(/\.$/);
    }
    expect(keys.map(({ record }) => record.key).sort()).toEqual(
      poisons.map((_, index) => `bad-${String(index)}`).sort(),
    );
    expect(consumer.crashes).toEqual([]);
  });
});

describe('a bug in a handler', () => {
  it('ends the process each time, then parks its key; the replay leaves the state of a run without the bug', async () => {
    const length = 6;
    let broken = true;
    const consumer = await start({
      name: 'rental',
      before({ event }) {
        if (broken && event.key === 'buggy' && event.sequence === 3) throw new TypeError('a bug');
      },
    });
    const clean = await start({ name: 'book' });
    const [first, second, third, fourth, ...later] = bookStream('buggy', length);
    if (!first || !second || !third || !fourth) throw new Error('the stream is too short');
    await publish(first, second, third, ...bookStream('healthy', length), fourth);
    await until('the other key goes on', () => hasApplied(consumer, 'healthy', length));
    await until('the key is parked', async () => (await consumer.parked.count('rental')) === 1 + poisons.length);
    expect(consumer.crashes.map(String)).toEqual(['TypeError: a bug', 'TypeError: a bug']);

    await until('both dead letters wait', async () => (await waiting(consumer, 'buggy')) === 2);
    const parked = await parkedKey('rental', 'buggy');
    expect(parked.deadLetters.map(({ cause, attempts }) => [cause, attempts])).toEqual([
      ['failing', 3],
      ['behind', 0],
    ]);
    await expect(admin().replay(parked, false)).rejects.toThrow(StillFailing);
    await expect(admin().replay(parked, false)).rejects.toThrow(
      /still cannot be applied: TypeError: a bug\. Nothing changed; "buggy" stays parked\./,
    );
    expect((await parkedKey('rental', 'buggy')).record).toMatchObject({ waiting: 2, drained: parked.record.drained });

    broken = false;
    // Messages that arrive while the letters are put back keep their place behind them.
    const [settled] = await Promise.all([admin().replay(await parkedKey('rental', 'buggy'), false), publish(...later)]);
    expect(settled).toBeGreaterThanOrEqual(2);
    await until('the key has caught up', () => hasApplied(consumer, 'buggy', length));
    await until('the other run has caught up', () => hasApplied(clean, 'buggy', length));
    expect(await consumer.stateOf('buggy')).toEqual(await clean.stateOf('buggy'));
  });
});

describe('a gap in a stream', () => {
  it('parks the key and is stepped over only when somebody says so', async () => {
    const consumer = await start({ name: 'mypage' });
    const [first, second, third, fourth] = bookStream('gappy', 4);
    if (!first || !second || !third || !fourth) throw new Error('the stream is too short');
    await publish(first, third, fourth);
    await until('both dead letters wait', async () => (await waiting(consumer, 'gappy')) === 2);
    expect((await parkedKey('mypage', 'gappy')).record).toMatchObject({ cause: 'gap' });
    expect(await hasApplied(consumer, 'gappy', 1)).toBe(true);
    await expect(admin().replay(await parkedKey('mypage', 'gappy'), false)).rejects.toThrow(
      /#3 of "gappy" arrived after #1/,
    );
    await admin().replay(await parkedKey('mypage', 'gappy'), true);
    expect(await hasApplied(consumer, 'gappy', 4)).toBe(true);
  });
});

describe('the trace of a dead letter', () => {
  let recorded: SpanRecorder;
  beforeAll(() => {
    recorded = recordSpans();
  });
  afterAll(() => recorded.stop());

  it('goes on in a span of each replay', async () => {
    const consumer = await start({ name: 'mypage' });
    const [first, , third] = bookStream('traced', 3);
    if (!first || !third) throw new Error('the stream is too short');
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await engines().outside.publish(TOPIC, [messageOf(first), { ...messageOf(third), headers: { traceparent } }]);
    await until('the dead letter waits', async () => (await waiting(consumer, 'traced')) === 1);
    await expect(admin().replay(await parkedKey('mypage', 'traced'), false)).rejects.toThrow(StillFailing);
    await admin().replay(await parkedKey('mypage', 'traced'), true);

    const parentOf = (span: RecordedSpan | undefined) => span?.parentSpanContext?.spanId;
    const idOf = (span: RecordedSpan | undefined) => span?.spanContext().spanId;
    const [written] = recorded.named('send rentalbook.dlq');
    const replays = recorded.named('replay rentalbook.dlq');
    expect(replays.map((span) => [parentOf(span), span.attributes['error.type']])).toEqual([
      [idOf(written), 'StreamGap'],
      [idOf(written), undefined],
    ]);
    // Two that came together and failed were applied one by one again.
    const handled = recorded.named('process rentalbook');
    expect([...new Set(handled.map(parentOf))]).toEqual(['00f067aa0ba902b7', ...replays.map(idOf)]);
    expect(parentOf(recorded.named('react Withdrawn').at(-1))).toBe(idOf(handled.at(-1)));
  });
});

describe('parked keys', () => {
  it('stay parked when the group is balanced anew and when everything restarts', async () => {
    const first = await start({ name: 'reserve' });
    const before = await parkedKey('reserve', 'bad-2');
    const second = await start({ name: 'reserve' });
    const [added] = bookStream('bad-2', 2);
    if (!added) throw new Error('the stream is too short');
    await publish(added);
    await until('the new message is dead-lettered', async () => (await waiting(second, 'bad-2')) === 2);
    await stop(first);
    await publish(added);
    await until('the next one is dead-lettered too', async () => (await waiting(second, 'bad-2')) === 3);
    expect((await second.stateOf('bad-2'))?.seen['book']).toBeUndefined();

    const { deadLetters, record } = await parkedKey('reserve', 'bad-2');
    expect(deadLetters.map(({ offset }) => offset)).toEqual(
      [...deadLetters.map(({ offset }) => offset)].sort((a, b) => a - b),
    );
    expect(record.firstAt).toEqual(before.record.firstAt);
  });

  it('are free again once their poison is discarded, and the reason stays on record', async () => {
    const consumer = await start({ name: 'reserve' });
    const parked = await parkedKey('reserve', 'bad-2');
    const [poison] = parked.deadLetters;
    if (!poison) throw new Error('a letter should wait');
    const record = await admin().discard(parked, poison, 'its sender is unknown');
    await admin().replay({ ...parked, record }, false);
    expect(await hasApplied(consumer, 'bad-2', 1)).toBe(true);
    expect((await admin().recordOf(poison))?.discarded).toMatchObject([
      { offset: poison.offset, reason: 'its sender is unknown' },
    ]);
  });
});

/** Takes a broker's port until clients have tried three times to connect to it. */
async function untilMissed(port: number): Promise<void> {
  let tries = 0;
  const server = createServer((socket) => {
    tries += 1;
    socket.destroy();
  }).listen(port, '127.0.0.1');
  await until('the broker is missed', () => tries >= 3);
  const closed = once(server, 'close');
  server.close();
  await closed;
}

describe('a broker that goes away', () => {
  it('is outlived: every event takes effect once, and nothing is parked', async () => {
    const consumer = await start({ name: 'reserve' });
    const parkedBefore = await consumer.parked.count('reserve');
    const stream = bookStream('patient', 8);
    await publish(...stream.slice(0, 4));
    await until('the first half is applied', () => hasApplied(consumer, 'patient', 4));
    await engines().stopKafka();
    await expect(publish(...stream.slice(4))).rejects.toThrow();
    await untilMissed(Number(engines().brokers[0]?.split(':')[1]));
    await engines().startKafka();
    await until('the broker takes events', () => isTaken(publish(...stream.slice(4))));
    await until('the rest is applied', () => hasApplied(consumer, 'patient', 8));
    expect(await consumer.parked.count('reserve')).toBe(parkedBefore);
    expect(consumer.crashes).toEqual([]);
  });
});

describe('the dead-letter topic', () => {
  it('shows each letter once, with where it came from', async () => {
    const deadLetters = await readDeadLetters({
      brokers: engines().brokers,
      clientId: 'reader',
      log: silent,
      topic: TOPIC,
    });
    const places = deadLetters.map(
      ({ consumer, partition, offset }) => `${consumer}/${String(partition)}/${String(offset)}`,
    );
    expect(new Set(places).size).toBe(places.length);
    expect(deadLetters.every(({ topic, firstAt, lastAt }) => topic === TOPIC && firstAt <= lastAt)).toBe(true);
  });
});
