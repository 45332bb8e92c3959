import { SCRAM_SHA_256, ScramConversation, ScramRefused } from '@rentalbook/embedded-storage';
import type { EngineUser, KnownUser, KnownUsers } from '@rentalbook/embedded-storage';
import { errorCode, type ErrorCode } from './protocol/error-codes';

export type Operation = 'Read' | 'Write' | 'Describe' | 'Create' | 'Delete';
export type Resource = 'topic' | 'group';

/** One of Kafka's ACLs: the operations of a user on a topic or a group, or on all with this prefix. */
export interface Right {
  readonly resource: Resource;
  readonly name: string;
  readonly isPrefix: boolean;
  readonly operations: readonly Operation[];
}
export type KafkaUser = EngineUser<readonly Right[]>;

/** Who may do one of these may also describe: Kafka's own rule. */
const IMPLY_DESCRIBE: readonly Operation[] = ['Read', 'Write', 'Delete'];

interface LoginStep {
  readonly error: ErrorCode;
  readonly message: string | null;
  readonly answer: Buffer;
}

/** Who the client of one connection is, and what it may do. Without users every client may do everything. */
export class Access {
  #user: KnownUser<readonly Right[]> | undefined;
  #conversation: ScramConversation | undefined;
  #hasBegun = false;

  constructor(private readonly users: KnownUsers<readonly Right[]> | undefined) {}

  get isLoggedIn(): boolean {
    return !this.users || this.#user !== undefined;
  }

  readonly mechanisms = [SCRAM_SHA_256];

  /** Begins a login. */
  begin(mechanism: string): ErrorCode {
    if (!this.users) return errorCode.ILLEGAL_SASL_STATE;
    if (mechanism !== SCRAM_SHA_256) return errorCode.UNSUPPORTED_SASL_MECHANISM;
    this.#user = undefined;
    this.#hasBegun = false;
    this.#conversation = new ScramConversation((name) => this.users?.get(name)?.credentials);
    return errorCode.NONE;
  }

  /** Takes one message of a login; with the last one the client is logged in. */
  step(message: string): LoginStep {
    const conversation = this.#conversation;
    if (!conversation)
      return { error: errorCode.ILLEGAL_SASL_STATE, message: 'No login has begun.', answer: Buffer.alloc(0) };
    try {
      if (!this.#hasBegun) {
        this.#hasBegun = true;
        return done(conversation.first(message));
      }
      this.#conversation = undefined;
      const { user, answer } = conversation.final(message);
      this.#user = this.users?.get(user);
      return done(answer);
    } catch (error) {
      if (!(error instanceof ScramRefused)) throw error;
      this.#conversation = undefined;
      const reason = `Authentication failed: ${error.message}.`;
      return { error: errorCode.SASL_AUTHENTICATION_FAILED, message: reason, answer: Buffer.alloc(0) };
    }
  }

  may(operation: Operation, resource: Resource, name: string): boolean {
    if (!this.users) return true;
    const enough = operation === 'Describe' ? [operation, ...IMPLY_DESCRIBE] : [operation];
    return (this.#user?.rights ?? []).some(
      (right) =>
        right.resource === resource &&
        (right.isPrefix ? name.startsWith(right.name) : name === right.name) &&
        right.operations.some((one) => enough.includes(one)),
    );
  }

  /** What is answered about a topic when the user may not do so; undefined when it may. */
  topicRefusal(operation: Operation, topic: string): ErrorCode | undefined {
    return this.may(operation, 'topic', topic) ? undefined : errorCode.TOPIC_AUTHORIZATION_FAILED;
  }

  groupRefusal(operation: Operation, group: string): ErrorCode | undefined {
    return this.may(operation, 'group', group) ? undefined : errorCode.GROUP_AUTHORIZATION_FAILED;
  }
}

const done = (answer: string): LoginStep => ({ error: errorCode.NONE, message: null, answer: Buffer.from(answer) });
