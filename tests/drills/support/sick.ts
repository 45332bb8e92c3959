import { withSettings, type Variant } from './overlay';
import type { Stage } from './stage';

/** What a sick service does with a GraphQL request, as a statement about `response`: nothing at all, or an error at once. */
const SICKNESSES = { silent: '', failing: 'rest[0].writeHead(503).end();' };

/** Runs in the service before its own code: SIGUSR2 makes it sick, and the next well again. */
const switchOf = (sickness: keyof typeof SICKNESSES): string => `
  import { Server } from 'node:http';
  const emit = Server.prototype.emit;
  let isSick = false;
  process.on('SIGUSR2', () => { isSick = !isSick; });
  Server.prototype.emit = function (event, request, ...rest) {
    if (isSick && event === 'request' && request.url === '/graphql') {
      ${SICKNESSES[sickness]}
      return true;
    }
    return emit.call(this, event, request, ...rest);
  };
`;

/**
 * A variant in which a service can be made sick: it then leaves every GraphQL request unanswered, or answers it with 503, and its
 * probes find it well.
 */
export const sicknessOf = (service: string, sickness: keyof typeof SICKNESSES = 'silent'): Variant =>
  withSettings(service, {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(switchOf(sickness))}`,
  });

/** Makes every pod of the service sick, or well again. */
export async function turn(stage: Stage, service: string): Promise<void> {
  for (const { metadata } of await stage.cluster.readyPods(service)) await turnPod(stage, metadata.name);
}

/** The same with one pod. */
export async function turnPod({ cluster }: Stage, pod: string): Promise<void> {
  await cluster.node(pod, `process.kill(1, 'SIGUSR2')`);
}
