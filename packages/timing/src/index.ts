export { createPauses, doubling, increasing, jittered, type BackOff, type Bounds, type Pauses } from './back-off';
export { systemClock, timeLimit, type Clock, type TimeLimit } from './clock';
export { pause } from './pause';
export { createPoller, type Poller } from './poller';
export { retry } from './retry';
export { until } from './until';
