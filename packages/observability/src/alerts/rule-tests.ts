import { stringify } from 'yaml';
import type { Alert, Course } from './alert';
import { annotationsOf, groupsNeededBy } from './rules';

/** How long all is well before the fault begins, in minutes. */
const healthyMinutes = (minutesApart: number): number => Math.max(20, 2 * minutesApart);

/**
 * Files for `promtool test rules`: each alert does not fire while all is well, fires within its time of the fault, and is over
 * within its time of the fault's end. Alerts on different metrics share a file, because each file costs a database.
 */
export function renderRuleTests(
  alerts: readonly Alert[],
  rulesFileOf: (place: number) => string,
): readonly { readonly rules: string; readonly test: string }[] {
  return togetherByMetrics(alerts).map((some, place) => {
    const groups = groupsNeededBy(some);
    const minutesApart = apart(some[0]);
    return {
      rules: stringify({ groups }),
      test: stringify({
        rule_files: [rulesFileOf(place)],
        evaluation_interval: `${String(minutesApart)}m`,
        group_eval_order: groups.map(({ name }) => name),
        tests: [
          {
            interval: `${String(minutesApart)}m`,
            input_series: some.flatMap((alert) => inputOf(alert, minutesApart)),
            alert_rule_test: some.flatMap((alert) => expectedOf(alert, minutesApart)),
          },
        ],
      }),
    };
  });
}

const apart = (alert: Alert | undefined): number => alert?.test.minutesApart ?? 1;

/** Alerts of one interval that have no metric in common, so that no fault is seen by the alert of another one. */
function togetherByMetrics(alerts: readonly Alert[]): readonly (readonly Alert[])[] {
  const groups: { readonly metrics: Set<string>; readonly alerts: Alert[] }[] = [];
  for (const alert of alerts) {
    const metrics = Object.keys(alert.test.series).map((series) => series.replace(/\{.*/, ''));
    const fits = groups.find(
      (group) => apart(group.alerts[0]) === apart(alert) && !metrics.some((name) => group.metrics.has(name)),
    );
    const group = fits ?? { metrics: new Set(), alerts: [] };
    if (!fits) groups.push(group);
    group.alerts.push(alert);
    for (const name of metrics) group.metrics.add(name);
  }
  return groups.map((group) => group.alerts);
}

const inputOf = ({ test: { series, firesWithin, clearsWithin } }: Alert, minutesApart: number) =>
  Object.entries(series).map(([name, { healthy, faulty }]) => ({
    series: name,
    values: valuesOf(
      [
        [healthy, healthyMinutes(minutesApart) / minutesApart],
        [faulty, firesWithin / minutesApart + 1],
        [healthy, clearsWithin / minutesApart + 1],
      ],
      minutesApart,
    ),
  }));

function expectedOf(alert: Alert, minutesApart: number) {
  const { firesWithin, clearsWithin, labels, summary } = alert.test;
  const fires = healthyMinutes(minutesApart) + firesWithin;
  const at = (minutes: number, firing: boolean) => ({
    eval_time: `${String(minutes)}m`,
    alertname: alert.name,
    exp_alerts: firing
      ? [{ exp_labels: { severity: alert.severity, ...labels }, exp_annotations: { ...annotationsOf(alert), summary } }]
      : [],
  });
  return [
    at(healthyMinutes(minutesApart) - minutesApart, false),
    at(fires, true),
    at(fires + minutesApart + clearsWithin, false),
  ];
}

/** In promtool's notation; a counter goes on in each phase from where it was. */
function valuesOf(phases: readonly (readonly [course: Course, samples: number])[], minutesApart: number): string {
  let last = 0;
  return phases
    .map(([course, samples]) => {
      if (course === 'absent') return `_x${String(samples)}`;
      if ('is' in course) return `${String(course.is)}+0x${String(samples - 1)}`;
      const step = Number((course.perMinute * minutesApart).toFixed(6));
      const first = last + step;
      last = first + step * (samples - 1);
      return `${String(first)}+${String(step)}x${String(samples - 1)}`;
    })
    .join(' ');
}
