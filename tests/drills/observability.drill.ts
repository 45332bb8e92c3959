import type { Payload, Rental } from '@rentalbook/test-kit';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES, type Cluster } from './support/cluster';
import type { Drill, Figures } from './support/drill';
import { startJaeger, type Collector, type Span } from './support/jaeger';
import { lacksMesh, tracedMesh } from './support/mesh';
import { collectorOfMesh, sendingSpansTo, spansMayLeaveTo } from './support/mesh-tracing';
import { together, without, type Variant } from './support/overlay';
import { withPrograms } from './support/programs';
import { startPrometheus, type FiringAlert } from './support/prometheus';
import type { Stage } from './support/stage';
import { granted, reserveNew } from './support/story';

const PROGRAMS = ['jaeger', 'prometheus'];
/** Services and sidecars on the way of a rent, from the router to the read model. */
const ON_THE_WAY = ['router', 'rental', 'reserve', 'mypage', 'gateway.rentalbook', 'rental.rentalbook'];
const LOST = 'book';
const ALERT = 'RentalbookServiceMissing';
const READ_WITHIN_MS = 30_000;
/** An export waits for ten seconds at most, a sidecar's next one follows after five, and a connection may have to be begun twice. */
const CONNECTED_WITHIN_MS = 60_000;
/** The alert waits for two minutes, so that a restart is none. */
const FIRES_WITHIN_MS = 180_000;
const CLEARS_WITHIN_MS = 60_000;
const RENT = `mutation($input: RentBookInput!) { payload: rentBook(input: $input) {
  entity: rental { id status } refusal { code message rule } consistencyToken } }`;
const MUTATIONS = `sum(rentalbook_request_duration_seconds_count{service="router",operation="mutation",outcome="ok"})`;

/** Rents a book; resolves to the trace of the request. */
async function rentTraced(stage: Stage): Promise<string> {
  const [libby, alice] = await Promise.all([stage.librarian(), stage.reader('alice')]);
  const { id: bookId } = await granted(stage, (key) => libby.addBook(`Traces of ${alice.id}`, 1, key));
  await reserveNew(stage, alice, bookId);
  let trace = '';
  await granted(stage, async (idempotencyKey) => {
    trace = randomBytes(16).toString('hex');
    const traceparent = `00-${trace}-${randomBytes(8).toString('hex')}-01`;
    const variables = { input: { bookId, idempotencyKey } };
    return (await alice.data<{ payload: Payload<Rental> }>(RENT, variables, { traceparent })).payload;
  });
  return trace;
}

const orphansOf = (spans: readonly Span[]): readonly Span[] =>
  spans.filter(({ parent }) => parent === undefined || !spans.some(({ id }) => id === parent));

/**
 * Rents until spans of every service and sidecar arrive. A sender that began before the collector has lost spans, and may still
 * be waiting for a connection that was begun when nothing let it through.
 */
async function reachCollector(stage: Stage, jaeger: Awaited<ReturnType<typeof startJaeger>>): Promise<void> {
  let missing: readonly string[] = ON_THE_WAY;
  await stage.until(
    async () => {
      await rentTraced(stage);
      const senders = await jaeger.senders();
      missing = ON_THE_WAY.filter((service) => !senders.includes(service));
      return missing.length === 0;
    },
    { withinMs: CONNECTED_WITHIN_MS, what: () => `spans of ${missing.join(', ')} in Jaeger` },
  );
}

/** Waits until a rent is in Jaeger as one trace, with every service and sidecar on its way. */
async function findTrace(stage: Stage, jaeger: Awaited<ReturnType<typeof startJaeger>>): Promise<Figures> {
  const id = await rentTraced(stage);
  let spans: readonly Span[] = [];
  const missing = (): readonly string[] =>
    ON_THE_WAY.filter((service) => !spans.some((span) => span.service === service));
  await stage.until(
    async () => {
      spans = await jaeger.trace(id);
      return missing().length === 0 && orphansOf(spans).length === 1;
    },
    {
      withinMs: stage.patienceMs / 2,
      what: () =>
        missing().length > 0
          ? `a rent's trace with spans of ${missing().join(', ')}`
          : `one trace of a rent (${String(orphansOf(spans).length)} of its spans have no parent)`,
    },
  );
  const services = [...new Set(spans.map(({ service }) => service))];
  return {
    'spans of a rent': spans.length,
    'from services': services.filter((service) => !service.includes('.')).join(', '),
    'from sidecars': services.filter((service) => service.includes('.')).join(', '),
    'spans without a parent, besides the first': orphansOf(spans).length - 1,
  };
}

/** Takes a service away until the alert fires, and back until it is cleared. */
async function fire(
  stage: Stage,
  prometheus: Awaited<ReturnType<typeof startPrometheus>>,
  healthy: Variant,
): Promise<Figures> {
  const isFiring = async (): Promise<boolean> =>
    (await prometheus.firing()).some(({ name, service }) => name === ALERT && service === LOST);
  const lostAt = performance.now();
  await stage.applyDeployments(together(healthy, without(LOST)));
  await stage.until(isFiring, { withinMs: FIRES_WITHIN_MS, what: `the alert ${ALERT} for ${LOST}` });
  const firedAt = performance.now();
  await stage.applyDeployments(healthy);
  await stage.until(async () => !(await isFiring()), {
    withinMs: CLEARS_WITHIN_MS,
    what: `the end of the alert ${ALERT}`,
  });
  return {
    [`from the loss of ${LOST} until ${ALERT} fired, s`]: ((firedAt - lostAt) / 1_000).toFixed(1),
    'from its return until it was cleared, s': ((performance.now() - firedAt) / 1_000).toFixed(1),
  };
}

const tracedTo = (collector: Collector): Variant => together(tracedMesh, sendingSpansTo(collector));

async function observe(stage: Stage, collector: Collector): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'rentalbook-observed-'));
  try {
    return await withPrograms(async (keep) => {
      const jaeger = await startJaeger(stage, keep, folder, collector);
      await reachCollector(stage, jaeger);
      const traced = await findTrace(stage, jaeger);

      const prometheus = await startPrometheus(stage, keep, folder, stage.short ? { [ALERT]: '5s' } : {});
      await stage.until(async () => (await prometheus.value('count(up{job="rentalbook"} == 1)')) === SERVICES.length, {
        withinMs: READ_WITHIN_MS,
        what: 'a reading of the metrics of every service',
      });
      const before = await prometheus.value(MUTATIONS);
      await rentTraced(stage);
      await stage.until(async () => (await prometheus.value(MUTATIONS)) >= before + 3, {
        withinMs: READ_WITHIN_MS,
        what: 'three more mutations in the metrics of the router',
      });
      let firing: readonly FiringAlert[] = [];
      await stage.until(async () => (firing = await prometheus.firing()).length === 0, {
        withinMs: READ_WITHIN_MS,
        what: () => `that no alert fires while all is well (${firing.map(({ name }) => name).join(', ')} does)`,
      });
      return {
        ...traced,
        'services whose metrics were read': SERVICES.length,
        ...(await fire(stage, prometheus, tracedTo(collector))),
      };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where spans go, of a cluster that lacks nothing for the drill. */
async function collectorOf(cluster: Cluster): Promise<Collector> {
  const found = await collectorOfMesh(cluster);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

export const observability: Drill = {
  name: 'observability',
  heading: 'Traces, metrics and an alert (Jaeger, Prometheus, Istio)',
  proves:
    'A rent is one trace in Jaeger, with the spans of the sidecars; Prometheus reads every service; an alert fires when one is away, and is cleared when it is back.',
  async lacks(cluster) {
    const lack = await lacksMesh(cluster);
    if (lack !== undefined) return lack;
    const absent = PROGRAMS.find((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error);
    if (absent !== undefined) return `there is no executable "${absent}" in PATH`;
    const collector = await collectorOfMesh(cluster);
    return typeof collector === 'string' ? collector : undefined;
  },
  byHand: [
    'kubectl -n monitoring port-forward service/jaeger 16686:16686 & kubectl -n monitoring port-forward service/prometheus 9090:9090 &',
    'curl -s http://ENTRANCE/graphql -H "authorization: Bearer $TOKEN" -H "traceparent: 00-$(openssl rand -hex 16)-$(openssl rand -hex 8)-01" -H "content-type: application/json" -d \'{"query":"{ myPage { activeCount } }"}\'',
    "curl -s 'http://localhost:16686/api/traces?service=router&limit=1'",
    'kubectl -n rentalbook scale deployment/book --replicas=0',
    "curl -s 'http://localhost:9090/api/v1/alerts'",
    'kubectl -n rentalbook scale deployment/book --replicas=1',
  ],
  startsFrom: async (cluster) => tracedTo(await collectorOf(cluster)),
  async prove(stage) {
    const collector = await collectorOf(stage.cluster);
    await stage.cluster.kubectl.run(['apply', '--filename', '-'], JSON.stringify(spansMayLeaveTo(collector)));
    return observe(stage, collector);
  },
  control: {
    takenAway: 'with network policies that let no spans out',
    async prove(stage) {
      const collector = await collectorOf(stage.cluster);
      await stage.cluster.kubectl.run(['delete', '--filename', '-'], JSON.stringify(spansMayLeaveTo(collector)));
      return observe(stage, collector);
    },
  },
};
