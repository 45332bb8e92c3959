import { boundToTrace, callsTo } from '@rentalbook/tracing';
import { DEADLINE_HEADER, type Logger } from '@rentalbook/service-kit';
import { timeLimit, type Clock } from '@rentalbook/timing';
import { bulkhead, ConstantBackoff, handleWhen, retry } from 'cockatiel';
import { Agent } from 'undici';
import { createCallerTimeouts } from './caller-timeouts';
import { inRoom } from './in-room';
import { readSubgraphAnswer, type SubgraphAnswer } from './subgraph-answer';
import { createSubgraphCircuit } from './subgraph-circuit';
import { clientIsGone, outOfTime, SubgraphFault, SubgraphUnavailable, unavailable } from './subgraph-faults';

const MAX_CONCURRENT = 100;
const MAX_QUEUED = 200;
const MAX_ANSWER_BYTES = 10_000_000;
const CONNECT_TIMEOUT_MS = 1_000;
/** Less than a leaving subgraph keeps its port open (DROP_DELAY_MS in k8s): no request meets a connection it closes. */
const REST_OF_A_CONNECTION_MS = 2_000;
const RETRY_AFTER_MS = 50;

export interface SubgraphCall {
  /** The callers: members or addresses, each once. A time-out counts for each of them. */
  readonly callers: readonly string[];
  readonly body: string;
  /** Called once for every attempt: a signed identity is good for one request. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** By when the operation has to be answered, on the router's clock. */
  readonly deadline: number;
  /** Whether a connection that broke may be answered by asking again: never for a mutation, which may have got there. */
  readonly repeatable: boolean;
  /** Aborted when no one waits for the answer any more: a call that was not sent by then is not sent. */
  readonly abandoned?: AbortSignal | undefined;
}

export interface SubgraphClient {
  /** Throws {@link SubgraphUnavailable} for whatever keeps the subgraph from answering in time and in kind. */
  call(call: SubgraphCall): Promise<SubgraphAnswer>;
  /** Whether callers are answered at once, because the subgraph fails; also while one call tries whether it is back. */
  isOpen(): boolean;
  /** How many calls are under way, and how many wait for room. */
  load(): { readonly running: number; readonly queued: number };
  /** Ends every call under way at once. */
  abort(): Promise<void>;
}

export interface SubgraphClientOptions {
  readonly name: string;
  readonly url: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /**
   * So many faults within five seconds, and more than half of all calls, open the breaker; so many time-outs in a row pause the
   * caller whose they are.
   */
  readonly faultsToOpen: number;
}

/**
 * Calls one subgraph: a bounded number of connections and of callers waiting for one, a time limit for the whole call,
 * and a circuit breaker that answers at once while the subgraph is known to be away.
 */
export function createSubgraphClient(options: SubgraphClientOptions): SubgraphClient {
  const { name, clock, timeoutMs } = options;
  const url = new URL(options.url);
  const agent = new Agent({
    connections: MAX_CONCURRENT,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: REST_OF_A_CONNECTION_MS,
    keepAliveMaxTimeout: REST_OF_A_CONNECTION_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  const circuit = createSubgraphCircuit(options);
  const timeouts = createCallerTimeouts(options.faultsToOpen, clock);
  const room = bulkhead(MAX_CONCURRENT, MAX_QUEUED);
  const whenLost = onceMoreWhen(({ connectionLost }) => connectionLost);
  const whenUnsent = onceMoreWhen(({ unsent }) => unsent);
  const send = requestsTo(name, url, agent);

  return {
    async call(call) {
      const left = call.deadline - clock.now();
      if (left <= 0) throw outOfTime();
      if (call.abandoned?.aborted) throw clientIsGone();
      if (circuit.isHalfOpen() && (await circuit.staysUndecided()))
        throw new SubgraphUnavailable('not known to be back yet');
      if (call.callers.every(timeouts.isPaused)) throw new SubgraphUnavailable('the calls of this caller time out');
      const limitMs = Math.min(left, timeoutMs);
      const until = clock.now() + limitMs;
      const limit = timeLimit(clock, limitMs);
      const { signal } = limit;
      // A call that waits for room is begun by another one that ends.
      const inTime = boundToTrace(async (): Promise<SubgraphAnswer> => {
        if (call.abandoned?.aborted) throw clientIsGone();
        try {
          const answer = await send(call, signal, until - clock.now());
          call.callers.forEach(timeouts.reset);
          return answer;
        } catch (error) {
          // The operation ran out of time elsewhere: no fault of this subgraph, and none that its breaker counts.
          if (signal.aborted && left < timeoutMs) throw outOfTime();
          if (signal.aborted && !call.callers.map(timeouts.count).some(Boolean) && circuit.isClosed())
            throw new SubgraphUnavailable('no answer in time');
          throw error;
        }
      });
      try {
        return await circuit.execute(() =>
          inRoom(room, [signal, call.abandoned], () =>
            (call.repeatable ? whenLost : whenUnsent).execute(inTime, signal),
          ),
        );
      } catch (error) {
        throw unavailable(error);
      } finally {
        limit.clear();
      }
    },
    isOpen: () => !circuit.isClosed(),
    load: () => ({ running: MAX_CONCURRENT - room.executionSlots, queued: MAX_QUEUED - room.queueSlots }),
    abort: () => agent.destroy(),
  };
}

/** Sends one request; throws {@link SubgraphFault}. */
function requestsTo(name: string, url: URL, agent: Agent) {
  const inCall = callsTo(name, url);
  return ({ headers, body }: SubgraphCall, signal: AbortSignal, leftMs: number): Promise<SubgraphAnswer> =>
    inCall(async (answered) => {
      const deadline = String(Math.max(1, Math.floor(leftMs)));
      const signed = { ...headers(), [DEADLINE_HEADER]: deadline };
      try {
        const answer = await agent.request({
          origin: url.origin,
          path: url.pathname + url.search,
          method: 'POST',
          headers: signed,
          body,
          signal,
        });
        answered(answer.statusCode);
        return readSubgraphAnswer(answer.statusCode, await answer.body.text());
      } catch (error) {
        throw SubgraphFault.from(error);
      }
    });
}

/** A call that failed in such a way is made once more, after a pause. */
const onceMoreWhen = (mayRepeat: (fault: SubgraphFault) => boolean) =>
  retry(
    handleWhen((error) => error instanceof SubgraphFault && mayRepeat(error)),
    { maxAttempts: 1, backoff: new ConstantBackoff(RETRY_AFTER_MS) },
  );
