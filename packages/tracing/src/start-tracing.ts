import { context, trace } from '@opentelemetry/api';
import type { Reporting, SpanRecording } from './sdk';
import { setTracing } from './spans';

/** The settings that decide whether the SDK is loaded; it reads the other OTEL_* variables itself. */
export interface TracingSettings {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  readonly OTEL_SDK_DISABLED: 'true' | 'false';
}

export interface Tracing {
  /** Sends what is left, within a time limit, and ends. */
  stop(): Promise<void>;
}

const off: Tracing = { stop: () => Promise.resolve() };

/** Starts to send spans where the settings name a place for them; otherwise the SDK is not even read from its file. */
export async function startTracing(service: string, settings: TracingSettings, reporting: Reporting): Promise<Tracing> {
  const endpoint = settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined || settings.OTEL_SDK_DISABLED === 'true') return off;
  const { exportSpans } = await import('./sdk');
  return switchedOn(exportSpans(service, reporting));
}

/**
 * Records spans from here to the end of `recording`. They are registered with the API of this bundle, which libraries asked for
 * their tracers as they were loaded: with the copy of the SDK's own file these would stay without effect.
 */
export function switchedOn({ tracers, contexts, stop }: SpanRecording): Tracing {
  context.setGlobalContextManager(contexts);
  trace.setGlobalTracerProvider(tracers);
  setTracing(true);
  return {
    async stop() {
      setTracing(false);
      trace.disable();
      context.disable();
      await stop();
    },
  };
}
