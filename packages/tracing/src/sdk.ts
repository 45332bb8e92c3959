import type { ContextManager, TracerProvider } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { countingProcessor, type Reporting } from './counting-processor';
import { SampledContextManager } from './sampled-context';
import { ourRoots } from './our-roots';

export type { Reporting } from './counting-processor';

/** The span recorder, for the API of the bundle that loaded this file: each bundle has its own copy of the API. */
export interface SpanRecording {
  readonly tracers: TracerProvider;
  readonly contexts: ContextManager;
  /** Sends what is left, within a time limit, and ends. */
  stop(): Promise<void>;
}

/** Milliseconds; a service has eight seconds for all of its end. */
const FLUSHED_WITHIN_MS = 1_000;
const LONGEST_ATTRIBUTE = 256;

/** Sends spans to where OTEL_EXPORTER_OTLP_ENDPOINT says, as JSON over HTTP. */
export function exportSpans(service: string, reporting: Reporting): SpanRecording {
  return processSpans(service, countingProcessor(new OTLPTraceExporter(), reporting));
}

/** Hands every span that ends to `processor`. */
export function processSpans(service: string, processor: SpanProcessor): SpanRecording {
  const sampled = new SampledContextManager();
  const own = resourceFromAttributes({ 'service.name': service, 'service.namespace': 'rentalbook' });
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(own)
      .merge(detectResources({ detectors: [envDetector] })),
    spanLimits: { attributeValueLengthLimit: LONGEST_ATTRIBUTE },
    spanProcessors: [sampled.processor, processor],
  });
  return { tracers: ourRoots(provider), contexts: sampled, stop: () => withinLimit(provider.shutdown()) };
}

/** What could not be sent in time is counted by the processor, so a failure says nothing more. */
async function withinLimit(flushed: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FLUSHED_WITHIN_MS);
  });
  await Promise.race([flushed.catch(() => undefined), limit]);
  clearTimeout(timer);
}
