import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { LauncherSettings } from '../environment';

export type PartName = 'prometheus' | 'alertmanager' | 'jaeger';

/** One part of what `--observe` starts. */
export interface Part {
  /** As its executable is called. */
  readonly name: PartName;
  readonly title: string;
  readonly ports: readonly ('PROMETHEUS_PORT' | 'ALERTMANAGER_PORT' | 'JAEGER_PORT' | 'OTLP_PORT')[];
}

export const parts: readonly Part[] = [
  { name: 'jaeger', title: 'Jaeger', ports: ['JAEGER_PORT', 'OTLP_PORT'] },
  { name: 'prometheus', title: 'Prometheus', ports: ['PROMETHEUS_PORT'] },
  { name: 'alertmanager', title: 'Alertmanager', ports: ['ALERTMANAGER_PORT'] },
];

/** Whether a program of this name is one of these parts. */
export const isPart = (program: string): boolean => parts.some(({ name }) => name === program);

/** What is at hand for `--observe`: executables by the name of their part, and a sentence for each part that is not started. */
export interface AtHand {
  readonly executables: ReadonlyMap<PartName, string>;
  readonly missing: readonly string[];
}

const CONTAINERS = '"COMPOSE_PROFILES=observe docker compose up --build" runs everything in containers';

/** Looks for the executables in the folders of OBSERVE_BIN_DIR, then in those of PATH. */
export function findParts(settings: LauncherSettings, path: string): AtHand {
  const endpoint = settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  const folders = [...(settings.OBSERVE_BIN_DIR ?? '').split(delimiter), ...path.split(delimiter)].filter(Boolean);
  const executables = new Map<PartName, string>();
  const missing: string[] = [];
  for (const { name, title } of parts) {
    const found = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (name === 'jaeger' && endpoint !== undefined)
      missing.push(`Jaeger is not started: spans go to ${endpoint}, as OTEL_EXPORTER_OTLP_ENDPOINT says.`);
    else if (found !== undefined) executables.set(name, found);
    else
      missing.push(
        `${title} is not started: there is no executable "${name}" in PATH; install it, or set OBSERVE_BIN_DIR to its folder; ${CONTAINERS}.`,
      );
  }
  return { executables, missing };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
