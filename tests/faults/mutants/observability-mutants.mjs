// Planted faults of what operators see: series without an end, units that lie, alarms that no alert sees.
const metrics = 'packages/service-kit/test/metrics.unit.spec.ts';

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
];
