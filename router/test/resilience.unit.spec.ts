import { setImmediate } from 'node:timers/promises';
import { SubgraphUnavailable } from '../src/resilience/subgraph-faults';
import { TIMEOUT_MS, hang, wellFormed, dropConnection, answering, silences, faults } from './subgraph-behaviours';
import './failing-subgraphs.cases';
import {
  OPEN_FOR_MS,
  clock,
  subgraph,
  client,
  lines,
  call,
  failure,
  requestsArrived,
  openBreaker,
  startSubgraphAgain,
  useSubgraphClient,
} from './subgraph-client.support';
import './subgraph-client-callers.cases';

describe('a client of a subgraph', () => {
  useSubgraphClient();

  it.each(silences)('reports a subgraph that %s as unavailable once the time limit is over', async (_, behaviour) => {
    subgraph.behave(behaviour);
    const ended = jest.fn();
    const outcome = failure().finally(ended);
    await requestsArrived(1);
    clock.advance(TIMEOUT_MS - 1);
    await setImmediate();
    expect(ended).not.toHaveBeenCalled();
    clock.advance(1);
    expect(await outcome).toBeInstanceOf(SubgraphUnavailable);
  });

  it.each(faults)('reports a subgraph that %s as unavailable at once', async (_, behaviour) => {
    subgraph.behave(behaviour);
    expect(await failure()).toBeInstanceOf(SubgraphUnavailable);
    expect(clock.pending()).toBe(0);
  });

  it('waits no longer than the operation has left', async () => {
    subgraph.behave(hang);
    const outcome = failure({ deadline: clock.now() + 40 });
    await requestsArrived(1);
    clock.advance(40);
    expect(await outcome).toBeInstanceOf(SubgraphUnavailable);
    expect(await failure({ deadline: clock.now() })).toBeInstanceOf(SubgraphUnavailable);
    expect(subgraph.requests).toHaveLength(1);
  });

  it('does not blame the subgraph for time that was lost elsewhere', async () => {
    subgraph.behave(hang);
    for (let times = 1; times <= 6; times += 1) {
      const outcome = failure({ deadline: clock.now() + 10 });
      await requestsArrived(times);
      clock.advance(10);
      expect(await outcome).toBeInstanceOf(SubgraphUnavailable);
    }
    subgraph.behave(wellFormed);
    await expect(call()).resolves.toMatchObject({ data: { book: { id: '1' } } });
  });

  it('answers at once and leaves the subgraph alone after five faults in a row', async () => {
    await openBreaker();
    subgraph.behave(wellFormed);
    clock.advance(OPEN_FOR_MS - 1);
    expect(await failure()).toBeInstanceOf(SubgraphUnavailable);
    expect(subgraph.requests).toHaveLength(5);
  });

  it('finds out by itself that the subgraph is back', async () => {
    await openBreaker();
    subgraph.behave(wellFormed);
    clock.advance(OPEN_FOR_MS);
    await expect(Promise.all([call(), call(), call()])).resolves.toHaveLength(3);
    expect(lines.join()).toContain('a subgraph is back');
  });

  it('stays closed while no more than half of the calls within five seconds are faults', async () => {
    for (let round = 0; round < 10; round += 1) {
      subgraph.behave(wellFormed);
      await call();
      subgraph.behave(answering(500, ''));
      await failure();
    }
    expect(client.isOpen()).toBe(false);
    clock.advance(5_000);
    for (let times = 0; times < 4; times += 1) await failure();
    expect(client.isOpen()).toBe(false);
    await failure();
    expect(client.isOpen()).toBe(true);
  });

  it('says in a header how many milliseconds it still waits, at every attempt', async () => {
    await call();
    await call({ deadline: clock.now() + 40, headers: () => ({ 'x-rentalbook-deadline-ms': '999999' }) });
    expect(subgraph.requests.map(({ headers }) => headers['x-rentalbook-deadline-ms'])).toEqual([
      String(TIMEOUT_MS),
      '40',
    ]);
  });

  it('does not count what a client did wrong as a fault', async () => {
    subgraph.behave(() => ({ data: null, errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }] }));
    for (let times = 0; times < 8; times += 1) await call();
    expect(subgraph.requests).toHaveLength(8);
  });

  it('asks once more, with headers of its own, when the connection breaks under a query', async () => {
    let times = 0;
    subgraph.behave((request, response) => ((times += 1) === 1 ? dropConnection(request, response) : { data: {} }));
    let signed = 0;
    const headers = () => ({ 'x-signature': String((signed += 1)) });
    await expect(call({ repeatable: true, headers })).resolves.toMatchObject({ data: {} });
    expect(subgraph.requests.map((request) => request.headers['x-signature'])).toEqual(['1', '2']);
  });

  it('never asks twice for a mutation', async () => {
    subgraph.behave(dropConnection);
    await failure({ repeatable: false });
    expect(subgraph.requests).toHaveLength(1);
  });

  it('asks once more, also for a mutation, when there was no connection to send it by', async () => {
    const { port } = new URL(subgraph.url);
    await subgraph.stop();
    let signed = 0;
    let back: Promise<void> | undefined;
    const comeBack = async (): Promise<void> => {
      await setImmediate();
      await startSubgraphAgain(Number(port));
    };
    const headers = (): Record<string, string> => {
      signed += 1;
      back ??= comeBack();
      return {};
    };
    await expect(call({ repeatable: false, headers })).resolves.toMatchObject({ data: {} });
    await back;
    expect(signed).toBe(2);
    expect(subgraph.requests).toHaveLength(1);
  });
});
