import type { Clock } from '@rentalbook/timing';
import { activeTrace, boundToTrace, inSharedSpans, type Context } from '@rentalbook/tracing';
import type { SubgraphAnswer } from '../resilience/subgraph-answer';
import { clientIsGone, outOfTime } from '../resilience/subgraph-faults';
import { copyOfJson } from './json-copy';

/** The longest time that a fetch waits for an identical one under way. */
const WAIT_MS = 20;

/** What a request that waits for a fetch is bounded by. */
interface FetchingRequest {
  /** By when its operation has to be answered, on the router's clock. */
  readonly deadline: number;
  /** Aborted when its client closes the connection. */
  readonly clientGone: AbortSignal;
}

/** Sends one fetch for all of these requests. `abandoned` is aborted when the clients of all of them are gone. */
export type SendFetch<Request> = (
  requests: readonly [Request, ...Request[]],
  abandoned: AbortSignal | undefined,
) => Promise<SubgraphAnswer>;

interface Waiting<Request> {
  readonly request: Request;
  readonly trace: Context;
  readonly resolve: (answer: SubgraphAnswer) => void;
  readonly reject: (reason: Error) => void;
  /** Ends its timer and listener. */
  readonly release: () => void;
}

/** Requests that wait for one fetch, which is sent later. */
class Group<Request extends FetchingRequest> {
  private readonly waiting = new Set<Waiting<Request>>();
  private readonly abandoned = new AbortController();
  private isSent = false;

  constructor(
    private readonly name: string,
    private readonly clock: Clock,
  ) {}

  join(request: Request): Promise<SubgraphAnswer> {
    return new Promise((resolve, reject) => {
      const leave = (reason: Error): void => {
        release();
        this.waiting.delete(member);
        if (this.isSent && this.waiting.size === 0) this.abandoned.abort();
        reject(reason);
      };
      const whenGone = (): void => {
        leave(clientIsGone());
      };
      const clear = this.clock.after(Math.max(0, request.deadline - this.clock.now()), () => {
        leave(outOfTime());
      });
      const release = (): void => {
        clear();
        request.clientGone.removeEventListener('abort', whenGone);
      };
      request.clientGone.addEventListener('abort', whenGone);
      const member: Waiting<Request> = { request, trace: activeTrace(), resolve, reject, release };
      this.waiting.add(member);
      if (request.clientGone.aborted) whenGone();
    });
  }

  /** Answers the requests that have not left by then. */
  async send(send: SendFetch<Request>): Promise<void> {
    const members = [...this.waiting];
    const [first, ...others] = members;
    if (!first) return;
    this.isSent = true;
    const parts = members.map(({ trace }) => ({ name: this.name, parent: trace }));
    try {
      const answer = await inSharedSpans(
        () => parts,
        () => send([first.request, ...others.map(({ request }) => request)], this.abandoned.signal),
      );
      // The gateway writes into the data that it is given.
      for (const [index, member] of [...this.waiting].entries())
        member.resolve(index === 0 ? answer : copyOfJson(answer));
    } catch (error) {
      for (const { reject } of this.waiting) reject(error as Error);
    } finally {
      for (const { release } of this.waiting) release();
    }
  }
}

/** The fetches of one key. */
interface Lane<Request extends FetchingRequest> {
  underWay: number;
  next?: { readonly group: Group<Request>; readonly begin: () => void } | undefined;
}

/**
 * Requests of one key share a fetch. None shares one that was sent before it came: what it is answered was read after that, as if
 * it had fetched for itself. So those that come while a fetch is under way wait for the next one, 20 ms at most.
 */
export class SharedFetches<Request extends FetchingRequest> {
  private readonly lanes = new Map<string, Lane<Request>>();

  constructor(
    /** Of the spans of shared fetches. */
    private readonly name: string,
    private readonly clock: Clock,
  ) {}

  /** `key` stands for everything that the answer depends on; `send` has to be the same for all requests of a key. */
  fetch(key: string, request: Request, send: SendFetch<Request>): Promise<SubgraphAnswer> {
    const lane = this.lanes.get(key);
    if (lane) {
      lane.next ??= this.open(key, lane, send);
      return lane.next.group.join(request);
    }
    const fresh: Lane<Request> = { underWay: 0 };
    this.lanes.set(key, fresh);
    return this.track(key, fresh, send([request], request.clientGone));
  }

  private open(key: string, lane: Lane<Request>, send: SendFetch<Request>): NonNullable<Lane<Request>['next']> {
    const group = new Group<Request>(this.name, this.clock);
    const begin = boundToTrace(() => {
      clear();
      lane.next = undefined;
      void this.track(key, lane, group.send(send));
    });
    const clear = this.clock.after(WAIT_MS, begin);
    return { group, begin };
  }

  private track<Result>(key: string, lane: Lane<Request>, fetch: Promise<Result>): Promise<Result> {
    lane.underWay += 1;
    return fetch.finally(() => {
      lane.underWay -= 1;
      if (lane.next) lane.next.begin();
      else if (lane.underWay === 0) this.lanes.delete(key);
    });
  }
}
