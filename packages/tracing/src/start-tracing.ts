import type { Reporting, Tracing } from './sdk';
import { setTracing } from './spans';

/** The settings that decide whether the SDK is loaded; it reads the other OTEL_* variables itself. */
export interface TracingSettings {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  readonly OTEL_SDK_DISABLED: 'true' | 'false';
}

const off: Tracing = { stop: () => Promise.resolve() };

/** Starts to send spans where the settings name a place for them; otherwise the SDK is not even read from its file. */
export async function startTracing(service: string, settings: TracingSettings, reporting: Reporting): Promise<Tracing> {
  const endpoint = settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined || settings.OTEL_SDK_DISABLED === 'true') return off;
  const { exportSpans } = await import('./sdk');
  return switchedOn(exportSpans(service, reporting));
}

/** Records spans from here to the end of `tracing`. */
export function switchedOn(tracing: Tracing): Tracing {
  setTracing(true);
  return {
    async stop() {
      setTracing(false);
      await tracing.stop();
    },
  };
}
