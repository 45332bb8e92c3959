import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

export type Operation = 'reserve' | 'cancel' | 'rent' | 'return';

/** A command of a member, and what is known of it. */
export interface Command {
  /** The trace that its events name as their correlationId. */
  readonly trace: string;
  readonly key: string;
  readonly member: string;
  readonly operation: Operation;
  readonly bookId: string;
  /** What it is about besides the book: a reservation to cancel, a rental to return. */
  readonly about?: string;
}

/**
 * ok and refused are answers; failed is an error that asking again would not heal. unknown: no answer, or UNAVAILABLE, so
 * the same command is sent again with the same key until it is known.
 */
export type Outcome =
  | { readonly kind: 'ok'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** One sending of a command; times are in milliseconds, the first by `performance.now()`. */
export interface Attempt {
  readonly sentAt: number;
  readonly tookMs: number;
  readonly kind: Outcome['kind'];
}

export interface Entry {
  readonly command: Command;
  outcome: Outcome;
  readonly attempts: Attempt[];
}

/** Every command that was ever sent and what became of it, also as JSON lines in a file. */
export interface Ledger {
  readonly entries: readonly Entry[];
  invoke(command: Command): Entry;
  /** Notes what an attempt came to. */
  settle(entry: Entry, outcome: Outcome, sentAt: number): void;
  count(kind: Outcome['kind']): number;
  close(): void;
}

export function openLedger(file: string): Ledger {
  mkdirSync(dirname(file), { recursive: true });
  const lines = createWriteStream(file);
  const write = (line: object): void => void lines.write(`${JSON.stringify(line)}\n`);
  const entries: Entry[] = [];
  // Who waits for more answers counts them fifty times a second.
  const counts: Record<Outcome['kind'], number> = { ok: 0, refused: 0, failed: 0, unknown: 0 };
  return {
    entries,
    invoke(command) {
      const entry: Entry = { command, outcome: { kind: 'unknown', reason: 'not answered yet' }, attempts: [] };
      entries.push(entry);
      counts[entry.outcome.kind] += 1;
      write({ at: new Date().toISOString(), invoked: command });
      return entry;
    },
    settle(entry, outcome, sentAt) {
      const tookMs = Math.round(performance.now() - sentAt);
      entry.attempts.push({ sentAt, tookMs, kind: outcome.kind });
      counts[entry.outcome.kind] -= 1;
      counts[outcome.kind] += 1;
      entry.outcome = outcome;
      const attempt = entry.attempts.length;
      write({ at: new Date().toISOString(), key: entry.command.key, ...outcome, attempt, tookMs });
    },
    count: (kind) => counts[kind],
    close() {
      lines.end();
    },
  };
}
