import { deploy } from './deploy.drill';
import type { Drill } from './support/drill';

/** Every drill, in the order in which `all` runs them: the first deploys the system. */
export const drills: readonly Drill[] = [deploy];
