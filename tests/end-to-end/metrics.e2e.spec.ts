import { allMetrics, SERVICES } from '@rentalbook/observability/metrics';
import { accepted, eventually, librarian, member, anonymous, person } from '@rentalbook/test-kit';
import { metricsIn, valuesOutside, type Sample } from '@rentalbook/test-kit/metrics-text';
import { randomUUID } from 'node:crypto';
import { sharedSystem } from './support/shared-system';
import { owners, subgraphs } from '../../tools/services';

const system = sharedSystem();
/** A trace that a client samples: the services themselves send no spans here, and begin none. */
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SAMPLED = `00-${TRACE}-b7ad6b7169203331-01`;
/** Callers and requests of each hostile kind. */
const MANY = 20;
const each = <Result>(work: () => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: MANY }, work));

/** What each service exposes now. */
const scrape = async (): Promise<ReadonlyMap<string, readonly Sample[]>> =>
  new Map(
    await Promise.all(
      SERVICES.map(async (service, place) => {
        const response = await fetch(`http://127.0.0.1:${String(system.metricsPort + place)}/metrics`);
        return [service, metricsIn(await response.text())] as const;
      }),
    ),
  );

describe('after a story, among clients that make up names, addresses and members', () => {
  let scraped: ReadonlyMap<string, readonly Sample[]>;
  const samplesOf = (service: string, name: string): readonly Sample[] =>
    (scraped.get(service) ?? []).filter((sample) => sample.name === name);

  beforeAll(async () => {
    const [libby, reader] = await Promise.all([librarian(system), member(system, 'measured')]);
    const { id } = accepted(await libby.addBook('The Waves', 1));
    accepted(await reader.reserve(id));
    await reader.ask('{ myPage { activeCount } }', {}, { traceparent: SAMPLED });
    const rental = accepted(await reader.rent(id));
    accepted(await reader.giveBack(rental.id));
    await each(async () => {
      const made = `x${randomUUID().replaceAll('-', '')}`;
      const stranger = await person(system, made);
      await stranger.ask(`query ${made} { myPage { activeCount } }`);
      await stranger.ask(`mutation ${made} { ${made} }`);
      await stranger.ask(`query { book(id: "${made}") { id } }`, {}, { 'user-agent': made });
      await anonymous(system).ask(`{ ${made}: __typename }`);
      await fetch(new URL(`/${made}?${made}`, system.url));
    });
    await eventually(
      async () => {
        scraped = await scrape();
        return samplesOf('mypage', 'rentalbook_decided_to_applied_seconds_count').length === 3;
      },
      { what: 'events of each source on MyPage' },
    );
  });

  it('each service exposes what the catalogue has for it, and nothing else of ours', () => {
    for (const [service, samples] of scraped) {
      const names = new Set(samples.map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')));
      const unexpected = allMetrics.filter(({ name, exposedBy }) =>
        exposedBy.some((one) => one === service) ? false : names.has(name),
      );
      expect([service, unexpected.map(({ name }) => name)]).toEqual([service, []]);
      expect([service, samples.filter(({ labels }) => labels['service'] !== service)]).toEqual([service, []]);
    }
  });

  it('no label has a value that the catalogue does not have', () => {
    for (const [service, samples] of scraped) expect([service, valuesOutside(samples)]).toEqual([service, []]);
  });

  it('requests, commands, calls and every hop of the events were observed, with traces', () => {
    const observed = [
      ...SERVICES.map((service) => [service, 'request_duration_seconds']),
      ...owners.flatMap((service) => [
        [service, 'command_duration_seconds'],
        [service, 'publish_duration_seconds'],
        [service, 'decided_to_published_seconds'],
        [service, 'document_bytes'],
      ]),
      ...subgraphs.flatMap((service) => [
        [service, 'consume_duration_seconds'],
        [service, 'published_to_applied_seconds'],
      ]),
      ['router', 'subgraph_call_duration_seconds'],
      ['rental', 'rent_saga_seconds'],
    ] as const;
    for (const [service = '', name = ''] of observed) {
      const samples = samplesOf(service, `rentalbook_${name}_count`);
      expect([service, name, samples.some(({ value }) => value > 0)]).toEqual([service, name, true]);
    }
    const traced = samplesOf('router', 'rentalbook_request_duration_seconds_bucket');
    expect(traced.flatMap(({ traceId }) => traceId ?? [])).toEqual([TRACE]);
  });

  it('the pool, the bulkheads and the queue say how full they are', () => {
    expect(samplesOf('mypage', 'rentalbook_mongo_pool_connections').map(({ labels }) => labels['state'])).toEqual(
      expect.arrayContaining(['in_use', 'waiting']),
    );
    expect(samplesOf('router', 'rentalbook_subgraph_calls')).toHaveLength(8);
    expect(samplesOf('router', 'rentalbook_queue_requests')).toHaveLength(1);
  });
});
