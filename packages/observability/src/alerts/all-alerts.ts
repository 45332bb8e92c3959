import type { Alert } from './alert';
import { callerAlerts } from './caller-alerts';
import { certificateAlerts } from './certificate-alerts';
import { deliveryAlerts } from './delivery-alerts';
import { eventAlerts } from './event-alerts';
import { objectiveAlerts } from './objectives';
import { serviceAlerts } from './service-alerts';

/** Alerts about objectives: readers notice. */
export { objectiveAlerts };
/** Alerts about causes: readers notice, or are going to. */
export const causeAlerts: readonly Alert[] = [
  ...serviceAlerts,
  ...deliveryAlerts,
  ...eventAlerts,
  ...callerAlerts,
  ...certificateAlerts,
];
export const allAlerts: readonly Alert[] = [...objectiveAlerts, ...causeAlerts];
