import { SCRAM_SHA_256, ScramConversation, ScramRefused } from '@rentalbook/embedded-storage';
import type { EngineUser, KnownUser, KnownUsers } from '@rentalbook/embedded-storage';
import { CommandError } from './errors';

/** The databases in which a user may read and write everything; in others nothing. */
export type MongoUser = EngineUser<readonly string[]>;

/** What is answered to a client before it has logged in. */
const PUBLIC: ReadonlySet<string> = new Set(['hello', 'ismaster', 'ping', 'endSessions', 'saslStart', 'saslContinue']);

/** Who the client of one connection is, and what it may do. Without users every client may do everything. */
export class Access {
  #user: KnownUser<readonly string[]> | undefined;
  #conversation: ScramConversation | undefined;

  constructor(private readonly users: KnownUsers<readonly string[]> | undefined) {}

  /** Begins a login; returns the server's first message. */
  start(mechanism: unknown, message: string): string {
    if (mechanism !== SCRAM_SHA_256)
      throw new CommandError(334, `Unsupported authentication mechanism: ${String(mechanism)}`);
    this.#user = undefined;
    this.#conversation = new ScramConversation((name) => this.users?.get(name)?.credentials);
    return this.#step((conversation) => conversation.first(message));
  }

  /** Ends a login; returns the server's proof. */
  finish(message: string): string {
    const { user, answer } = this.#step((conversation) => conversation.final(message));
    this.#conversation = undefined;
    this.#user = this.users?.get(user);
    return answer;
  }

  #step<Result>(work: (conversation: ScramConversation) => Result): Result {
    if (!this.#conversation) throw new CommandError(17, 'No SASL session state found');
    try {
      return work(this.#conversation);
    } catch (error) {
      if (!(error instanceof ScramRefused)) throw error;
      this.#conversation = undefined;
      throw new CommandError(18, `Authentication failed: ${error.message}.`);
    }
  }

  /** Throws what MongoDB answers to a command that the client may not send. */
  requireRight(name: string, database: string): void {
    if (!this.users || PUBLIC.has(name)) return;
    if (!this.#user) throw new CommandError(13, `Command ${name} requires authentication`);
    if (!this.#user.rights.includes(database))
      throw new CommandError(13, `not authorized on ${database} to execute command ${name}`);
  }
}
