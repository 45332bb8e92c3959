import { ExportResultCode, getNumberFromEnv } from '@opentelemetry/core';
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { isSampled } from './trace-context';

/** Why spans are lost: the queue is full, or what they were sent to did not take them. */
export type DropReason = 'queue_full' | 'not_taken';

export interface Reporting {
  readonly log: { warn(fields: object, message: string): void };
  readonly countDropped: (reason: DropReason, spans: number) => void;
}

const QUEUE = 2_048;
const LOGGED_EVERY_MS = 60_000;

/**
 * Sends spans in batches, which no request waits for, and reports those that are lost. The library's processor drops a span
 * that finds its queue full without a sign, so the length of the queue is counted along.
 */
export function countingProcessor(exporter: SpanExporter, reporting: Reporting): SpanProcessor {
  const maxQueueSize = getNumberFromEnv('OTEL_BSP_MAX_QUEUE_SIZE') ?? QUEUE;
  const dropped = report(reporting);
  let waiting = 0;
  const counting: SpanExporter = {
    export(spans, done) {
      waiting -= spans.length;
      exporter.export(spans, (result) => {
        if (result.code !== ExportResultCode.SUCCESS) dropped('not_taken', spans.length, result.error);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
  const batches = new BatchSpanProcessor(counting, { maxQueueSize });
  return {
    onStart: () => undefined,
    onEnd(span) {
      if (!isSampled(span.spanContext())) return;
      if (waiting >= maxQueueSize) {
        dropped('queue_full', 1);
        return;
      }
      waiting += 1;
      batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  };
}

/** Counts what is lost, and logs it at most once a minute: a collector that is away is no reason for a line per span. */
function report({ log, countDropped }: Reporting) {
  let unlogged = 0;
  let silentUntil = 0;
  return (reason: DropReason, spans: number, error?: Error): void => {
    countDropped(reason, spans);
    unlogged += spans;
    const now = performance.now();
    if (now < silentUntil) return;
    log.warn(
      { reason, spans: unlogged, ...(error && { err: error }) },
      'spans were dropped; nothing else depends on them',
    );
    silentUntil = now + LOGGED_EVERY_MS;
    unlogged = 0;
  };
}
