import { withSettings, type Variant } from './overlay';
import type { Stage } from './stage';

/** Runs in the service before its own code: SIGUSR2 makes it sick, and the next well again. */
const SWITCH = `
  import { Server } from 'node:http';
  const emit = Server.prototype.emit;
  let isSick = false;
  process.on('SIGUSR2', () => { isSick = !isSick; });
  Server.prototype.emit = function (event, request, ...rest) {
    if (isSick && event === 'request' && request.url === '/graphql') return true;
    return emit.call(this, event, request, ...rest);
  };
`;

/** A variant in which a service can be made sick: it then leaves every GraphQL request unanswered, and its probes find it well. */
export const sicknessOf = (service: string): Variant =>
  withSettings(service, { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(SWITCH)}` });

/** Makes every pod of the service sick, or well again. */
export async function turn(stage: Stage, service: string): Promise<void> {
  for (const { metadata } of await stage.cluster.readyPods(service))
    await stage.cluster.node(metadata.name, `process.kill(1, 'SIGUSR2')`);
}
