import type { Clock } from '@rentalbook/timing';
import { WaitingLine } from './waiting-line';
import { Yielding, type Priority } from './yielding';

export interface TurnsOptions {
  /** Operations at once, of all callers. */
  readonly capacity: number;
  /** Operations at once of one caller. */
  readonly perCaller: number;
  /** A line whose oldest request waits longer than the target, for longer than the interval, is late; in milliseconds. */
  readonly targetMs: number;
  readonly intervalMs: number;
  /** The priority of a caller who has so many operations under way or waiting. */
  readonly priorityOf: (caller: string, present: number) => Priority;
  readonly clock: Clock;
}

/**
 * The turns of all callers, each with a line of what waits. The next turn is that of the caller who has the fewest; among equals, of the one
 * whose last turn began first. A caller of low priority yields to the others.
 */
export class Turns {
  /** In the order of turns: a caller whose turn begins moves to the end. */
  private readonly lines = new Map<string, WaitingLine>();
  private readonly yielding: Yielding;
  private active = 0;

  constructor(
    private readonly options: TurnsOptions,
    /** Called when a turn has ended. */
    private readonly onEnd: () => void,
  ) {
    this.yielding = new Yielding(options.clock);
  }

  get hasRoom(): boolean {
    return this.active < this.options.capacity;
  }

  /** The line of a caller who has something under way or waiting. */
  knownLine(caller: string): WaitingLine | undefined {
    return this.lines.get(caller);
  }

  lineOf(caller: string): WaitingLine {
    const line = this.lines.get(caller) ?? new WaitingLine(this.options);
    this.lines.set(caller, line);
    return line;
  }

  all(): readonly WaitingLine[] {
    return [...this.lines.values()];
  }

  forgetIdle(caller: string, line: WaitingLine): void {
    if (line.active === 0 && line.length === 0) this.lines.delete(caller);
  }

  mayBegin(caller: string, line: WaitingLine): boolean {
    return this.hasRoom && line.length === 0 && this.yieldsMs(caller, line) === 0;
  }

  /** Begins the turn of a request that has waited since then; the function that it returns ends it. */
  begin(caller: string, line: WaitingLine, since: number): () => void {
    const end = this.yielding.begin(caller, this.priorityOf(caller, line));
    line.begin(since, this.options.clock.now());
    this.active += 1;
    this.lines.delete(caller);
    this.lines.set(caller, line);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      line.active -= 1;
      this.active -= 1;
      end();
      this.forgetIdle(caller, line);
      this.onEnd();
    };
  }

  /** The line whose turn is next; without one, in how many milliseconds there may be one: Infinity when others have to end first. */
  next(): { readonly line?: WaitingLine; readonly retryMs: number } {
    let line: WaitingLine | undefined;
    let retryMs = Infinity;
    for (const [caller, candidate] of this.lines) {
      if (candidate.length === 0) continue;
      const waitMs = this.yieldsMs(caller, candidate);
      retryMs = Math.min(retryMs, waitMs);
      if (waitMs === 0 && candidate.active < (line?.active ?? Infinity)) line = candidate;
    }
    return { ...(line && { line }), retryMs };
  }

  /** Whether a caller of low priority is there beside others. */
  isYielding(caller: string, line: WaitingLine): boolean {
    return this.priorityOf(caller, line) === 'low' && this.yielding.othersPresentMs(caller) > 0;
  }

  /** How long the caller has to wait at most before the next turn; 0 when it may begin, and Infinity when others have to end first. */
  private yieldsMs(caller: string, line: WaitingLine): number {
    if (line.active >= this.options.perCaller) return Infinity;
    return this.priorityOf(caller, line) === 'low' ? this.yielding.waitMs(caller, line.active) : 0;
  }

  private priorityOf(caller: string, line: WaitingLine): Priority {
    return this.options.priorityOf(caller, line.active + line.length);
  }
}
