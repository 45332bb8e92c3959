import { isIncluded, type ModelPart } from './cached-subgraphs';
import type { ModelEvent } from './cached-topic';
import type { CachedWorld, Read } from './cached-world';

/** Answers that must not have been given, by what is wrong with them. */
export const NO_FAULTS = {
  olderThanToken: 0,
  olderThanSeen: 0,
  olderThanOwnChange: 0,
  ofAnotherMember: 0,
  beyondValidUntil: 0,
  whileTailIsDead: 0,
  wrongAtRest: 0,
};
type Faults = typeof NO_FAULTS;

export interface Verdict {
  readonly faults: Faults;
  /** The first few, in words. */
  readonly examples: readonly string[];
  readonly parts: number;
  /** Parts that were stored, or fetched for another reader. */
  readonly hits: number;
}

const DEAD_AFTER_MS = 2_000;

/** Checks every part of every answer against the log of events. */
export class CacheOracle {
  private readonly faults = { ...NO_FAULTS };
  private readonly examples: string[] = [];
  private parts = 0;
  private hits = 0;
  private awaySince = Infinity;
  private readonly ownChanges: ModelEvent[] = [];
  /** How many events there were at the last rest: whether those are included is checked at the next one. */
  private rested = { seen: 0, own: 0 };

  constructor(private readonly world: CachedWorld) {}

  /** Events that the answer of a command through this router named. */
  expectOwn(...events: readonly ModelEvent[]): void {
    this.ownChanges.push(...events);
  }

  tailIsAway(isAway: boolean): void {
    this.awaySince = isAway ? this.world.clock.now() : Infinity;
  }

  async check(read: Read): Promise<void> {
    const { clock, seen } = this.world;
    const [startedAt, seenThen, ownThen] = [clock.now(), seen.length, this.ownChanges.length];
    const isDead = startedAt - this.awaySince >= DEAD_AFTER_MS;
    const answer = await this.world.read(read);
    for (const part of answer.parts) {
      this.parts += 1;
      const isOthers = part.member !== null && part.member !== read.caller?.memberId;
      if (isOthers || (part.kind === 'copies' && !read.caller?.roles.includes('librarian')))
        this.fault('ofAnotherMember', part, read.caller);
      if (part.call >= answer.firstCall) continue;
      this.hits += 1;
      if (isDead) this.fault('whileTailIsDead', part, startedAt);
      if (part.validUntil <= startedAt) this.fault('beyondValidUntil', part, startedAt);
      const missing = (events: readonly ModelEvent[]): ModelEvent | undefined =>
        events.find((event) => !isIncluded(part, event));
      for (const [kind, event] of Object.entries({
        olderThanToken: missing(read.token),
        olderThanSeen: missing(seen.slice(this.rested.seen, seenThen)),
        olderThanOwnChange: missing(this.ownChanges.slice(this.rested.own, ownThen)),
      }) as [keyof Faults, ModelEvent | undefined][])
        if (event) this.fault(kind, part, event);
    }
  }

  /** Compares what is read, while nothing is under way, with what the subgraphs hold. */
  async checkAtRest(reads: readonly Read[]): Promise<void> {
    const { subgraphs } = this.world;
    for (const read of reads)
      for (const [place, part] of (await this.world.restedRead(read)).parts.entries()) {
        const of = read.kind === 'page' ? (read.caller?.memberId ?? '') : (read.keys[place] ?? '');
        const now = subgraphs.read(read.kind, of, { call: part.call, validUntil: part.validUntil });
        if (JSON.stringify(now.includes) !== JSON.stringify(part.includes))
          this.fault('wrongAtRest', part, now.includes);
      }
    this.rested = { seen: this.world.seen.length, own: this.ownChanges.length };
  }

  verdict(): Verdict {
    const { faults, examples, parts, hits } = this;
    return { faults, examples, parts, hits };
  }

  private fault(kind: keyof Faults, part: ModelPart, about: unknown): void {
    this.faults[kind] += 1;
    if (this.examples.length < 5) this.examples.push(`${kind}: ${JSON.stringify({ part, about })}`);
  }
}
