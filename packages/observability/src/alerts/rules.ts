import { stringify } from 'yaml';
import type { Alert } from './alert';
import { causeAlerts, objectiveAlerts } from './all-alerts';
import { objectives, recordedRatio, WINDOWS } from './objectives';

/** Where the annotations of alerts lead to; an installation puts the address of its own copy before it. */
const RUNBOOK = 'docs/runbook.md';
export const anchorOf = ({ name }: Pick<Alert, 'name'>): string => name.toLowerCase();
const HEADER = '# Made by `npm run observability` from packages/observability/src/alerts; do not edit.\n';

interface Rule {
  readonly expr: string;
}
interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** The part of bad events for each objective and window. */
export const recordingRules = objectives.flatMap((objective) =>
  WINDOWS.map((window) => ({
    record: recordedRatio(objective, window),
    expr: `${objective.bad(window)} / ${objective.all(window)}`,
  })),
);

const alertRule = (alert: Alert) => ({
  alert: alert.name,
  expr: alert.expr,
  ...(alert.for !== undefined && { for: alert.for }),
  labels: { severity: alert.severity },
  annotations: annotationsOf(alert),
});

/** What a notification shows. */
export const annotationsOf = (alert: Alert) => ({
  summary: alert.summary,
  description: alert.meaning,
  runbook_url: `${RUNBOOK}#${anchorOf(alert)}`,
});

export const ruleGroups: readonly Group[] = [
  { name: 'rentalbook-objectives-recorded', rules: recordingRules },
  { name: 'rentalbook-objectives', rules: objectiveAlerts.map(alertRule) },
  { name: 'rentalbook-causes', rules: causeAlerts.map(alertRule) },
];

/** Alerts with the recorded ratios that they read. */
export const groupsNeededBy = (alerts: readonly Alert[]): readonly Group[] =>
  [
    {
      name: 'recorded',
      rules: recordingRules.filter(({ record }) => alerts.some(({ expr }) => expr.includes(record))),
    },
    { name: 'alerts', rules: alerts.map(alertRule) },
  ].filter(({ rules }) => rules.length > 0);

const yaml = (value: unknown): string => HEADER + stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

/** For `rule_files` of Prometheus. */
export const renderRules = (): string => yaml({ groups: ruleGroups });

/** For Prometheus's operator. */
export const renderPrometheusRule = (): string =>
  yaml({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'rentalbook', namespace: 'rentalbook', labels: { 'app.kubernetes.io/part-of': 'rentalbook' } },
    spec: { groups: ruleGroups },
  });
