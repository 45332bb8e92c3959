import { eventually, freePorts, freeRun } from '@rentalbook/test-kit';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { readEnvironment } from '../src/environment';
import { createLogLines } from '../src/log-lines';
import { observationOf } from '../src/observe/observation';
import { createSupervisor } from '../src/supervisor';

const root = join(__dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'rentalbook-observed-'));
const settings = { ...readEnvironment(), RENTALBOOK_DATA: folder };
const { missing } = observationOf(settings, process.env['PATH'] ?? '');
const isHere = missing.length === 0;
if (!isHere)
  process.stderr.write(
    `What --observe starts is not tried out with the real programs: ${missing[0] ?? ''} Set OBSERVE_BIN_DIR.\n`,
  );
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const METRICS = '# TYPE rentalbook_parked_keys gauge\nrentalbook_parked_keys{service="mypage"} 1\n# EOF\n';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const span = {
  ...{ traceId: TRACE, spanId: 'b7ad6b7169203331', name: 'command RentBook', kind: 1 },
  ...{ startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000100000000' },
};

(isHere ? it : it.skip)(
  'a fault of a service is read by Prometheus, reaches Alertmanager as an alert, and its trace is in Jaeger',
  async () => {
    const metricsPort = await freeRun(5);
    const [PROMETHEUS_PORT = 0, ALERTMANAGER_PORT = 0, JAEGER_PORT = 0, OTLP_PORT = 0] = await freePorts(4);
    const ports = { METRICS_PORT: metricsPort, PROMETHEUS_PORT, ALERTMANAGER_PORT, JAEGER_PORT, OTLP_PORT };
    const { plan } = observationOf({ ...settings, ...ports }, process.env['PATH'] ?? '');
    const { programs, env } = plan(root);
    const output = new PassThrough();
    let said = '';
    output.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const supervisor = createSupervisor({
      log: createLogLines(output),
      env: { PATH: process.env['PATH'] },
      onStarted: () => undefined,
      mayGiveUp: () => true,
      onHopeless: () => undefined,
    });
    const service = await listen(metricsPort + 4);
    supervisor.start(programs);
    const read = async (port: number, path: string): Promise<unknown> => {
      try {
        return await (await fetch(`http://127.0.0.1:${String(port)}${path}`)).json();
      } catch {
        return undefined;
      }
    };
    try {
      await eventually(
        async () => {
          const sent = await fetch(`${env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? ''}/v1/traces`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
          }).catch(() => undefined);
          return sent?.status === 200;
        },
        { what: 'Jaeger takes a span' },
      );
      await eventually(
        async () =>
          JSON.stringify((await read(JAEGER_PORT, `/api/traces/${TRACE}`)) ?? '').includes('command RentBook'),
        { what: 'Jaeger has the trace' },
      );
      await eventually(
        async () => {
          const alerts = (await read(ALERTMANAGER_PORT, '/api/v2/alerts')) as { labels: object }[] | undefined;
          return alerts?.some(({ labels }) => 'alertname' in labels && labels.alertname === 'RentalbookBlockedKey');
        },
        { what: 'Alertmanager has the alert' },
      );
    } catch (error) {
      throw new Error(`${String(error)}; they said:\n${said}`, { cause: error });
    } finally {
      await supervisor.stop([{ programs, withinMs: 10_000 }]);
      service.close();
      service.closeAllConnections();
    }
    expect(supervisor.pids()).toEqual({});
  },
);

async function listen(port: number): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0; charset=utf-8').end(METRICS);
  });
  await new Promise<void>((listening) => {
    server.listen(port, 'localhost', listening);
  });
  return server;
}
