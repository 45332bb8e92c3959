import type { counters } from './counters';
import type { gauges } from './gauges';
import type { histograms } from './histograms';

export type CounterName = keyof typeof counters;
export type GaugeName = keyof typeof gauges;
export type HistogramName = keyof typeof histograms;
type LabelsOf<Described extends { readonly labels: object }> = Readonly<Record<keyof Described['labels'], string>>;
export type CounterLabels<Name extends CounterName> = LabelsOf<(typeof counters)[Name]>;
export type GaugeLabels<Name extends GaugeName> = LabelsOf<(typeof gauges)[Name]>;
export type HistogramLabels<Name extends HistogramName> = LabelsOf<(typeof histograms)[Name]>;
/** The histograms whose unit is seconds. */
export type DurationName = { [Name in HistogramName]: Name extends `${string}_seconds` ? Name : never }[HistogramName];

/** Observes the time since it was made. */
export type Timer<Name extends DurationName> = (labels: HistogramLabels<Name>, traceparent?: string) => void;

/** What the parts of a service measure with. A `traceparent` gives the observation an exemplar, when its trace is sampled. */
export interface Metrics {
  count<Name extends CounterName>(what: Name, labels: CounterLabels<Name>, by?: number): void;
  /**
   * `read` is called at each scrape; when it fails, the value is left out of the scrape. It replaces a read that was given before with
   * equal labels.
   */
  gauge<Name extends GaugeName>(
    what: Name,
    read: () => Promise<number> | number,
    ...labels: keyof GaugeLabels<Name> extends never ? [] : [GaugeLabels<Name>]
  ): void;
  /** `value` is in the unit that the name of the metric ends with. */
  observe<Name extends HistogramName>(
    what: Name,
    labels: HistogramLabels<Name>,
    value: number,
    traceparent?: string,
  ): void;
  /** Returns a function that observes the time since this call. */
  startTimer<Name extends DurationName>(what: Name): Timer<Name>;
  /** Observes the time since an instant (ISO 8601, or milliseconds since the epoch) of any machine's clock: 0 at least. */
  observeSince<Name extends DurationName>(
    what: Name,
    labels: HistogramLabels<Name>,
    instant: string | number,
    traceparent?: string,
  ): void;
}

/** Measures nothing. */
export const noopMetrics: Metrics = {
  count: () => undefined,
  gauge: () => undefined,
  observe: () => undefined,
  startTimer: () => () => undefined,
  observeSince: () => undefined,
};
