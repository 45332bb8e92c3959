/** "page": a person is woken; "ticket": it can wait for the next working day. */
export type Severity = 'page' | 'ticket';

/** What a series does in each phase of a test: a gauge is a value, a counter grows by so much in a minute. */
export type Course = { readonly is: number } | { readonly perMinute: number } | 'absent';

export interface AlertTest {
  readonly series: Readonly<Record<string, { readonly healthy: Course; readonly faulty: Course }>>;
  /** How long after the fault began the alert fires at the latest, and after its end is over; in minutes. */
  readonly firesWithin: number;
  readonly clearsWithin: number;
  /** The alert that fires: its labels besides `severity`, and its summary. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  /** For windows of hours and days; by default the values of the series are a minute apart. */
  readonly minutesApart?: number;
}

export interface Alert {
  readonly name: string;
  readonly severity: Severity;
  readonly expr: string;
  /** For how long the expression has to be true; by default an evaluation is enough. */
  readonly for?: string;
  /** With Prometheus's templates. */
  readonly summary: string;
  /** What it means for readers and data: one or two sentences of the runbook. */
  readonly meaning: string;
  /** What to look at first. */
  readonly look: readonly string[];
  /** Commands and steps that help. */
  readonly remedy: readonly string[];
  readonly test: AlertTest;
}
