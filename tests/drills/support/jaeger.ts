import { jaegerConfig } from '@rentalbook/observability/stack';
import { freePorts } from '@rentalbook/test-kit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram, type Keep } from './programs';
import type { Stage } from './stage';

const READY_WITHIN_MS = 15_000;

/** Where spans arrive as OTLP over HTTP. */
export interface Collector {
  readonly host: string;
  readonly port: number;
}

export interface Span {
  /** As its sender calls itself; a sidecar is "app.namespace". */
  readonly service: string;
  readonly id: string;
  readonly parent: string | undefined;
}

interface Found {
  /** null when there is no such trace yet. */
  readonly data:
    | readonly {
        readonly spans: readonly {
          readonly spanID: string;
          readonly processID: string;
          readonly references?: readonly { readonly refType: string; readonly spanID: string }[];
        }[];
        readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
      }[]
    | null;
}

/** Starts a Jaeger that takes spans at the address. */
export async function startJaeger(stage: Stage, keep: Keep, folder: string, { host, port }: Collector) {
  const [page = 0] = await freePorts(1);
  const config = join(folder, 'jaeger.json');
  writeFileSync(config, JSON.stringify(jaegerConfig({ host, ports: { page, otlp: port } })));
  // It would trace itself, and send that to where it thinks a collector is.
  const program = keep(startProgram('jaeger', [`--config=${config}`], { env: { OTEL_TRACES_SAMPLER: 'always_off' } }));
  const api = `http://${host}:${String(page)}/api`;
  await stage.until(
    async () => {
      program.check();
      return (await fetch(`${api}/services`).catch(() => undefined))?.ok;
    },
    { withinMs: READY_WITHIN_MS, what: 'an answer of Jaeger' },
  );
  return {
    /** Who has sent a span by now. */
    async senders(): Promise<readonly string[]> {
      program.check();
      return (
        ((await (await fetch(`${api}/services`)).json()) as { readonly data: readonly string[] | null }).data ?? []
      );
    },
    /** The spans of a trace that have arrived by now. */
    async trace(id: string): Promise<readonly Span[]> {
      program.check();
      const { data } = (await (await fetch(`${api}/traces/${id}`)).json()) as Found;
      return (data ?? []).flatMap(({ spans, processes }) =>
        spans.map(({ spanID, processID, references = [] }) => ({
          service: processes[processID]?.serviceName ?? '',
          id: spanID,
          parent: references.find(({ refType }) => refType === 'CHILD_OF')?.spanID,
        })),
      );
    },
  };
}
