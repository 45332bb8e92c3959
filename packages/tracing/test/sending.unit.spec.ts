import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { countingProcessor, type DropReason } from '../src/counting-processor';

let loaded = 0;
jest.mock('../src/sdk', () => {
  loaded += 1;
  return { exportSpans: () => ({ stop: () => Promise.resolve() }) };
});
import { isTracing, startTracing } from '../src';

const reporting = { log: { warn: () => undefined }, countDropped: () => undefined };
const span = { spanContext: () => ({ traceId: '1', spanId: '2', traceFlags: 1 }), resource: {} } as ReadableSpan;

describe('the SDK', () => {
  it.each([
    ['there is no endpoint', { OTEL_SDK_DISABLED: 'false' }],
    ['it is disabled', { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }],
  ] as const)('is not loaded while %s', async (_what, settings) => {
    await (await startTracing('book', settings, reporting)).stop();
    expect({ loaded, isTracing: isTracing() }).toEqual({ loaded: 0, isTracing: false });
  });

  it.each(['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'])(
    'is loaded for %s',
    async (setting) => {
      const tracing = await startTracing('book', { OTEL_SDK_DISABLED: 'false', [setting]: 'http://x' }, reporting);
      expect({ loaded, isTracing: isTracing() }).toEqual({ loaded: 1, isTracing: true });
      await tracing.stop();
      expect(isTracing()).toBe(false);
    },
  );
});

describe('spans that are lost', () => {
  /** What takes batches in the test's own time. */
  const collector = () => {
    const lines: object[] = [];
    const counted: [DropReason, number][] = [];
    const answers: ((result: ExportResult) => void)[] = [];
    const exporter: SpanExporter = {
      export: (_spans, done) => {
        answers.push(done);
      },
      shutdown: () => Promise.resolve(),
    };
    const processor = countingProcessor(exporter, {
      log: { warn: (fields) => lines.push(fields) },
      countDropped: (...drop) => counted.push(drop),
    });
    const answer = (result: ExportResult): void => {
      for (const done of answers.splice(0)) done(result);
    };
    return { processor, lines, counted, answer };
  };
  beforeEach(() => {
    process.env['OTEL_BSP_MAX_QUEUE_SIZE'] = '3';
  });
  afterEach(() => {
    delete process.env['OTEL_BSP_MAX_QUEUE_SIZE'];
  });

  it('because the queue is full are counted, each, and logged once in a while', async () => {
    const { processor, lines, counted, answer } = collector();
    // Three are on their way to a collector that does not answer, and three wait.
    for (let ended = 0; ended < 6; ended += 1) processor.onEnd(span);
    expect(counted).toEqual([]);
    for (let ended = 0; ended < 2; ended += 1) processor.onEnd(span);
    expect(counted).toEqual(Array(2).fill(['queue_full', 1]));
    expect(lines).toEqual([{ reason: 'queue_full', spans: 1 }]);
    answer({ code: ExportResultCode.SUCCESS });
    const ended = processor.shutdown();
    await new Promise(setImmediate);
    answer({ code: ExportResultCode.SUCCESS });
    await ended;
    expect(counted).toHaveLength(2);
  });

  it('because the collector does not take them are counted, and logged once in a while', async () => {
    const { processor, lines, counted, answer } = collector();
    for (let ended = 0; ended < 2; ended += 1) {
      processor.onEnd(span);
      const flushed = processor.forceFlush();
      answer({ code: ExportResultCode.FAILED, error: new Error('away') });
      await expect(flushed).rejects.toThrow('away');
    }
    expect(counted).toEqual(Array(2).fill(['not_taken', 1]));
    expect(lines).toEqual([expect.objectContaining({ reason: 'not_taken', spans: 1 })]);
    await processor.shutdown();
  });
});
