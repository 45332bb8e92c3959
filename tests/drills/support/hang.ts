import type { Stage } from './stage';

/** Runs in the pod: asks the service's process for its debugger, and gives it a loop without end. */
const ENDLESS_LOOP = `
  process.kill(1, 'SIGUSR1');
  const target = async () => {
    try {
      return (await (await fetch('http://127.0.0.1:9229/json/list')).json())[0].webSocketDebuggerUrl;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return target();
    }
  };
  const socket = new WebSocket(await target());
  socket.onopen = () => {
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'for (;;);' } }));
    setTimeout(() => process.exit(0), 200);
  };
`;

/** Makes the process of a pod's service hang, as a bug would: it answers nothing any more, not even its probes. */
export async function hang(stage: Stage, pod: string): Promise<void> {
  await stage.cluster.node(pod, ENDLESS_LOOP, ['--experimental-websocket', '--input-type=module']);
}
