import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { FloodOrder, FloodReport } from './bystander/attacker-messages';
import { floods, type Flood } from './bystander/floods';
import { bearer } from './inputs/callers';
import { faultOf } from './probe';

// A process of its own: an attacker has a machine of theirs, and a bystander does not wait for this event loop.
setPriority(constants.priority.PRIORITY_LOW);

const FAULTS_KEPT = 5;
const ENDS_AFTER_MS = 300_000;
const BACK_OFF_MS = 20;

const stopping = new AbortController();
process.on('disconnect', () => process.exit(0));
process.on('message', (message: FloodOrder | 'stop') => {
  if (message === 'stop') stopping.abort();
  else void flood(message).then((report) => process.send?.(report));
});
process.send?.('ready');

async function flood(order: FloodOrder): Promise<FloodReport> {
  const what: Flood = floods[order.flood];
  const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(ENDS_AFTER_MS)]);
  const agent = new Agent({ keepAlive: true, maxSockets: what.connections });
  const outcomes: Record<string, number> = {};
  const faults: string[] = [];
  const count = (outcome: string): void => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  };
  const startedAt = performance.now();
  let sent = 0;
  signal.addEventListener('abort', () => {
    agent.destroy();
  });
  const slow = slowConnections(new URL(order.url), what.slowConnections ?? 0);
  const isOver = (): boolean => signal.aborted;
  const worker = async (): Promise<void> => {
    while (!isOver()) {
      const n = sent++;
      if (what.perSecond !== undefined)
        await delay(Math.max(0, startedAt + (n * 1_000) / what.perSecond - performance.now()));
      try {
        const { status, text } = await send(order, agent, what, n);
        const fault = faultOf({ status, text });
        if (fault !== undefined && faults.length < FAULTS_KEPT) faults.push(fault);
        count(/"code":"(\w+)"/.exec(text)?.[1] ?? 'answered');
      } catch {
        if (isOver()) return;
        count('no answer');
        await delay(BACK_OFF_MS);
      }
    }
  };
  await Promise.all(Array.from({ length: what.connections }, worker));
  for (const socket of slow) socket.destroy();
  return { outcomes, faults };
}

async function send({ url, tokens, ids }: FloodOrder, agent: Agent, what: Flood, n: number) {
  const token = tokens[n % Math.max(1, tokens.length)];
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && bearer(token)),
    ...what.headers?.(n),
  };
  const request = httpRequest(url, { method: 'POST', agent, headers });
  const body = what.request(n, { tokens, ids });
  request.end(typeof body === 'string' ? body : JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, text };
}

/** Connections that begin a request and do not go on, until the server ends them. */
function slowConnections({ port, hostname }: URL, count: number): readonly Socket[] {
  return Array.from({ length: count }, () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.on('connect', () => socket.write('POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-slow: '));
    return socket;
  });
}
