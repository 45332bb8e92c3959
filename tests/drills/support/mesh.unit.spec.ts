import { clusterOf } from './cluster';
import { countedByEnvoy, faultsOfEnvoy, overflows, sentTo } from './mesh';
import type { Stage } from './stage';

const outbound = (service: string): string => `outbound|8080||${service}.rentalbook.svc.cluster.local`;

/** What the Envoys of the entrance and of one router answer at each path. */
const answers: Readonly<Record<string, readonly [entrance: string, router: string]>> = {
  'stats?filter=upstream_rq_pending_overflow': [
    `cluster.${outbound('gateway')};.upstream_rq_pending_overflow: 2`,
    `cluster.${outbound('book')};.upstream_rq_pending_overflow: 5\ncluster.${outbound('book')};.upstream_rq_pending_overflow_total: 90`,
  ],
  'stats?filter=outlier_detection.ejections_active': [
    `cluster.${outbound('book')}.outlier_detection.ejections_active: 0`,
    `cluster.${outbound('book')};.outlier_detection.ejections_active: 1\ncluster.${outbound('rental')};.outlier_detection.ejections_active: 7`,
  ],
  'stats?filter=fault.aborts_injected': ['', 'http.outbound_0.0.0.0_8080;.fault.aborts_injected: 4'],
  clusters: [
    `${outbound('book')}::10.0.0.1:8080::rq_total::0`,
    `${outbound('book')}::10.0.0.1:8080::rq_total::3\n${outbound('book')}::10.0.0.11:8080::rq_total::40\n${outbound('book')}::10.0.0.1:8080::rq_error::50`,
  ],
};

const router = {
  metadata: { name: 'gateway-1' },
  spec: {},
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
};
const cluster = clusterOf({
  context: 'test',
  run: (args) => Promise.resolve(answers[args.at(-1) ?? '']?.[args.includes('gateway-1') ? 1 : 0] ?? ''),
  json: <Answer>() => Promise.resolve({ items: [router] } as Answer),
  find: () => Promise.reject(new Error('not used')),
  follow: () => {
    throw new Error('not used');
  },
});
const stage = { cluster } as Stage;

describe('what the Envoys on the way have counted', () => {
  it('is summed over them, by the exact name of the counter', async () => {
    expect(await overflows(stage)).toBe(7);
    expect(await faultsOfEnvoy(stage, 'aborts_injected')).toBe(4);
  });

  it('is of one service', async () => {
    expect(await countedByEnvoy(stage, 'outlier_detection.ejections_active', 'book')).toBe(1);
  });

  it('is of one replica, whose address begins another one', async () => {
    expect(await sentTo(stage, 'book', '10.0.0.1')).toBe(3);
  });
});
