import { defectsIn } from './defects';
import { runningSystem } from './shared-system';

/** Ends the shared system. Throws when it reported a defect: no test of it asks for more than bad input. */
export default async function tearDown(): Promise<void> {
  const system = runningSystem();
  await system?.stop();
  const defects = defectsIn(system?.output() ?? '');
  if (defects.length > 0) throw new Error(`The shared system reported defects:\n${defects.join('\n')}`);
}
