import { BulkheadRejectedError } from 'cockatiel';
import { isNativeError } from 'node:util/types';

/** A subgraph did not answer, or not in GraphQL: a fault that its circuit breaker counts. The message is for the log alone. */
export class SubgraphFault extends Error {
  override readonly name = 'SubgraphFault';

  constructor(
    message: string,
    /** The connection could not be made, or broke: asking again may meet a fresh one. */
    readonly connectionLost = false,
    /** There was no connection to send anything by: asking again does nothing twice. */
    readonly unsent = false,
  ) {
    super(message);
  }

  static from(error: unknown): SubgraphFault {
    if (error instanceof SubgraphFault) return error;
    // A time limit's reason is an Error by its class alone, and Node's errors of a connection may be of another realm.
    if (!(error instanceof Error || isNativeError(error))) return new SubgraphFault(String(error));
    if (error.name === 'TimeoutError') return new SubgraphFault('no answer in time');
    const code = 'code' in error ? String(error.code) : error.name;
    const unsent = NO_CONNECTION.includes(code);
    return new SubgraphFault(code, unsent || BROKEN_CONNECTION.includes(code), unsent);
  }
}

const NO_CONNECTION = ['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT'];
const BROKEN_CONNECTION = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/** A call of a subgraph that gets no answer. The message is for the log alone. */
export class SubgraphUnavailable extends Error {
  override readonly name: string = 'SubgraphUnavailable';

  constructor(
    message: string,
    /** The subgraph may be well, but too many already wait for it. */
    readonly overloaded = false,
  ) {
    super(message);
  }
}

/** The call that tries whether a subgraph is back got neither an answer nor a fault of it: the circuit stays open. */
export class UndecidedTrial extends SubgraphUnavailable {
  override readonly name = 'UndecidedTrial';

  static of = ({ message, overloaded }: SubgraphUnavailable): UndecidedTrial => new UndecidedTrial(message, overloaded);
}

/** What a call that fails in any way is for its caller. */
export const unavailable = (error: unknown): SubgraphUnavailable =>
  error instanceof SubgraphUnavailable
    ? error
    : new SubgraphUnavailable(
        error instanceof Error ? error.message : String(error),
        error instanceof BulkheadRejectedError,
      );

/** The client closed the connection: the remaining fetches of its operation are not made. */
export const clientIsGone = (): SubgraphUnavailable => new SubgraphUnavailable('the client is gone');

/** The operation has to be answered without this call. */
export const outOfTime = (): SubgraphUnavailable => new SubgraphUnavailable('the operation has no time left');
