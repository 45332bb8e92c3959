import type { LauncherSettings } from '../environment';
import { findParts, parts, type Part } from './parts';
import { planStack, type Stack } from './stack';

/** Where `--observe` serves metrics unless METRICS_PORT says otherwise: the default of OpenTelemetry's exporter. */
const METRICS_PORT = 9464;

/** What `--observe` means with some settings on some machine. */
export interface Observation {
  readonly settings: LauncherSettings;
  /** The settings of the ports that what is started listens on. */
  readonly ports: readonly Part['ports'][number][];
  /** A sentence for each part that is not started. */
  readonly missing: readonly string[];
  /** Writes the configurations of what is started. */
  plan(root: string): Stack;
}

export function observationOf(given: LauncherSettings, path: string): Observation {
  const settings = { ...given, METRICS_PORT: given.METRICS_PORT ?? METRICS_PORT };
  const { executables, missing } = findParts(settings, path);
  return {
    settings,
    ports: parts.flatMap(({ name, ports }) => (executables.has(name) ? ports : [])),
    missing,
    plan: (root) => planStack(root, settings, executables),
  };
}
