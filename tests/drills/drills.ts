import { applyAgain } from './apply-again.drill';
import { autoscale } from './autoscale.drill';
import { bookOutage } from './book-outage.drill';
import { brokerOutage } from './broker-outage.drill';
import { circuitBreaker } from './circuit-breaker.drill';
import { compromisedBook } from './compromised-book.drill';
import { configmap } from './configmap.drill';
import { deadLetter } from './dead-letter.drill';
import { deploy } from './deploy.drill';
import { engineLoss } from './engine-loss.drill';
import { firstDay } from './first-day.drill';
import { httpsEntrance } from './https-entrance.drill';
import { meshBreaker } from './mesh-breaker.drill';
import { meshEjection } from './mesh-ejection.drill';
import { meshFaults } from './mesh-faults.drill';
import { meshIdentity } from './mesh-identity.drill';
import { meshUpgrade } from './mesh-upgrade.drill';
import { networkPolicy } from './network-policy.drill';
import { nodeDrain } from './node-drain.drill';
import { observability } from './observability.drill';
import { restore } from './restore.drill';
import { rollback } from './rollback.drill';
import { rotate } from './rotate.drill';
import { rotateEngines } from './rotate-engines.drill';
import { selfHeal } from './self-heal.drill';
import type { Drill } from './support/drill';
import { tools } from './tools.drill';
import { trouble } from './trouble.drill';
import { upgrade } from './upgrade.drill';
import { zeroDowntime } from './zero-downtime.drill';

/**
 * Every drill, in the order in which `all` runs them: the first two begin with nothing, and the second deploys the system. Those that lose
 * data, or leave unsigned events of an earlier release in the topic, come after those that rebuild a page from all of it.
 */
export const drills: readonly Drill[] = [
  firstDay,
  deploy,
  applyAgain,
  zeroDowntime,
  autoscale,
  selfHeal,
  configmap,
  circuitBreaker,
  brokerOutage,
  bookOutage,
  tools,
  deadLetter,
  trouble,
  restore,
  upgrade,
  engineLoss,
  networkPolicy,
  rollback,
  nodeDrain,
  meshIdentity,
  meshBreaker,
  meshFaults,
  meshUpgrade,
  meshEjection,
  observability,
  httpsEntrance,
  rotate,
  rotateEngines,
  compromisedBook,
];
