import type { Language } from '@rentalbook/sentences';
import type { AnswerTimer, Caller } from '@rentalbook/service-kit';
import type { RequestCache } from '../cache/answer-cache';

/** The context of an operation, sent to every subgraph it needs. */
export interface RequestContext {
  readonly caller: Caller | null;
  /** What the caller's share of the router is counted by: the member, or the address of an anonymous caller. */
  readonly callerKey: string;
  /** Whether the request came as far as an operation, whose cost is taken where it is known. */
  readonly came: { asOperation: boolean };
  /** The language of sentences in the answer. */
  readonly language: Language;
  readonly traceparent: string;
  /** Started before the request waits for its turn. */
  readonly answerTimer?: AnswerTimer;
  /** What is read and forwarded of it; subgraphs verify it. */
  readonly consistencyToken: string | undefined;
  /** Missing where the cache is off. */
  readonly cache?: RequestCache | undefined;
  /** By when the operation has to be answered, on the router's clock. */
  readonly deadline: number;
  /** Aborted when the client closes the connection before it is answered. */
  readonly clientGone: AbortSignal;
}
