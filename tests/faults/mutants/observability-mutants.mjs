// Planted faults of what operators see: metrics without an end, alarms that no alert sees, files that are stale.
const metrics = 'packages/service-kit/test/metrics.unit.spec.ts';
const alerts = 'packages/observability/test/alerts.unit.spec.ts';
const generated = 'packages/observability/test/generated-files.contract.spec.ts';

export const observabilityMutants = [
  {
    name: 'label-without-bound',
    promise: 'no caller can make a time series',
    file: metrics,
    test: 'have a bounded number of series, whatever a label is given',
  },
  {
    name: 'milliseconds-for-seconds',
    promise: 'a metric is in the unit of its name',
    file: metrics,
    test: 'observe durations in seconds',
  },
  {
    name: 'alarm-appears-at-one',
    promise: 'the first alarm raises its alert',
    file: metrics,
    test: 'count alarms from 0 on, in each of their series',
  },
  {
    name: 'alert-on-no-metric',
    promise: 'an alert can fire',
    file: alerts,
    test: 'use metrics and labels that there are',
  },
  {
    name: 'stale-rules',
    promise: 'what is generated is what was decided',
    file: generated,
    test: 'k8s/components/observability/rentalbook.rules.yml is fresh; npm run observability writes it',
  },
];
