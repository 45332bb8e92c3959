import { ENTITIES, type Caller, type StreamPosition } from '@rentalbook/service-kit';
import type { Clock } from '@rentalbook/timing';
import { isRecord, type SubgraphAnswer } from '../resilience/subgraph-answer';
import { digestOf } from './digest';
import type { EventFence, FetchStart } from './event-fence';
import { mergedAnswer, representationsOf, type Variables } from './fetch-parts';
import { includesPosition, type PartFacts, type StoredPart } from './part';
import { readFacts } from './part-facts';
import type { PartStore } from './part-store';
import type { UsedParts } from './used-parts';

/** A fetch of a query. */
export interface CachedFetch {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Variables;
  readonly caller: Caller | null;
  /** Whatever else the answer depends on, as the language that the client prefers. */
  readonly variant: string;
  /** The positions that the request's consistency token claims. */
  readonly positions: readonly StreamPosition[];
  readonly used: UsedParts;
  /** Until when the request may wait for what another one fetches. */
  readonly deadline: number;
  /** Calls the subgraph, with these variables in place of the fetch's own. */
  readonly call: (variables: Variables) => Promise<SubgraphAnswer>;
}

export type FetchResult = 'hit' | 'part' | 'miss' | 'fenced' | 'bypassed';

export interface CachedFetchesOptions {
  readonly store: PartStore;
  readonly fence: EventFence;
  /** Whether the tail of the topic is known to be at its end. */
  readonly isLive: () => boolean;
  readonly clock: Clock;
  readonly count: (subgraph: string, result: FetchResult) => void;
}

/** The parts of one fetch, by their places in the answer. */
interface Parts {
  /** Stands for the subgraph and the text of the query. */
  readonly queryKey: string;
  readonly publicKeys: readonly string[];
  readonly privateKeys: readonly string[];
  readonly representations: readonly unknown[] | undefined;
}

/** Which queries had the same answer for every caller, the last time. */
const PUBLIC_AT_MOST = 1_000;

/** Answers fetches of queries from stored parts, fetches what is missing, and stores it when the fence accepts it. */
export class CachedFetches {
  private readonly pending = new Map<string, Promise<void>>();
  private readonly publicQueries = new Set<string>();

  constructor(private readonly options: CachedFetchesOptions) {}

  async fetch(fetch: CachedFetch): Promise<SubgraphAnswer> {
    if (!this.options.isLive()) return this.bypass(fetch);
    const parts = partsOf(fetch);
    const before = this.lookUp(parts, fetch);
    const missing = placesWithout(before);
    if (missing.length === 0) return this.answered(fetch, parts, before, 'hit');

    const keys = this.publicQueries.has(parts.queryKey) ? parts.publicKeys : parts.privateKeys;
    const underWay = missing.map((place) => this.pending.get(keys[place] ?? ''));
    const own = missing.filter((_place, index) => !underWay[index]);
    const [answer] = await Promise.all([
      own.length > 0 ? this.load(fetch, parts, own, keys) : undefined,
      this.waitFor(underWay, fetch.deadline),
    ]);
    // What others fetched counts only if this caller finds it now: if it was stored, and the caller may have it.
    const found = underWay.some((one) => one !== undefined) ? this.lookUp(parts, fetch) : before;
    const after = before.map((part, place) => part ?? (own.includes(place) ? undefined : found[place]));
    const others = placesWithout(after).filter((place) => !own.includes(place));
    const second = others.length > 0 ? await this.load(fetch, parts, others, []) : undefined;
    const loaded = [answer, second].filter((one) => one !== undefined);
    if (loaded.length === 0) return this.answered(fetch, parts, after, 'hit');
    const isWhole = own.length + others.length === parts.publicKeys.length;
    const stored = loaded.every(({ isStored }) => isStored);
    this.options.count(fetch.subgraph, !stored ? 'fenced' : isWhole ? 'miss' : 'part');
    for (const part of after) if (part) fetch.used.addHit(part);
    return mergedAnswer(
      parts.representations,
      after.map((part) => part?.text),
      loaded,
    );
  }

  private async waitFor(underWay: readonly (Promise<void> | undefined)[], deadline: number): Promise<void> {
    const waited = underWay.filter((one) => one !== undefined);
    if (waited.length === 0) return;
    await new Promise<void>((resolve) => {
      const { clock } = this.options;
      const clear = clock.after(Math.max(0, deadline - clock.now()), resolve);
      void Promise.all(waited).then(() => {
        clear();
        resolve();
      });
    });
  }

  private async bypass({ used, subgraph, call, variables }: CachedFetch): Promise<SubgraphAnswer> {
    used.addUnknown();
    this.options.count(subgraph, 'bypassed');
    return call(variables);
  }

  private answered(
    { used, subgraph }: CachedFetch,
    { representations }: Parts,
    found: readonly (StoredPart | undefined)[],
    result: FetchResult,
  ): SubgraphAnswer {
    this.options.count(subgraph, result);
    for (const part of found) if (part) used.addHit(part);
    return mergedAnswer(
      representations,
      found.map((part) => part?.text),
      [],
    );
  }

  private lookUp({ publicKeys, privateKeys }: Parts, fetch: CachedFetch): (StoredPart | undefined)[] {
    const { isLive } = this.options;
    if (!isLive()) return publicKeys.map(() => undefined);
    return publicKeys.map((key, place) => this.usable(key, fetch) ?? this.usable(privateKeys[place] ?? '', fetch));
  }

  private usable(key: string, { positions }: CachedFetch): StoredPart | undefined {
    const part = this.options.store.get(key);
    return part && this.isUsable(part, positions) ? part : undefined;
  }

  /** Whether a part that is stored may be served now, to a request with these positions. */
  isUsable(part: StoredPart, positions: readonly StreamPosition[]): boolean {
    const { clock, fence } = this.options;
    if (part.isRemoved || part.expiresAt <= clock.now()) return false;
    return positions.every((position) => includesPosition(part, position, (one) => fence.hasSeen(one)));
  }

  /** Counts an answer that was served whole. */
  countAnswer(): void {
    this.options.count('answer', 'hit');
  }

  /** Fetches the parts at these places; callers who miss one of `keys` meanwhile wait for it. */
  private async load(fetch: CachedFetch, parts: Parts, places: readonly number[], keys: readonly string[]) {
    const { representations } = parts;
    const start = this.options.fence.begin();
    const startedAt = this.options.clock.now();
    const variables = representations
      ? { ...fetch.variables, representations: places.map((place) => representations[place]) }
      : fetch.variables;
    const loading = fetch.call(variables).then((answer) => {
      const isStored = this.keep({ fetch, parts, places, start, startedAt }, answer);
      return { places, answer, isStored };
    });
    const settled = loading.then(
      () => undefined,
      () => undefined,
    );
    const waitedFor = places.map((place) => keys[place]).filter((key) => key !== undefined);
    for (const key of waitedFor) this.pending.set(key, settled);
    try {
      return await loading;
    } finally {
      for (const key of waitedFor) if (this.pending.get(key) === settled) this.pending.delete(key);
    }
  }

  /** Stores what may be stored; false when something may not. */
  private keep(
    loaded: {
      readonly fetch: CachedFetch;
      readonly parts: Parts;
      readonly places: readonly number[];
      readonly start: FetchStart;
      readonly startedAt: number;
    },
    answer: SubgraphAnswer,
  ): boolean {
    const { fetch, parts, places, start, startedAt } = loaded;
    const { fence, store, isLive } = this.options;
    const { used } = fetch;
    const facts = readFacts(answer.extensions);
    const texts = textsOf(answer, parts.representations && places.length);
    this.learn(parts, facts.parts[0]);
    if (answer.errors.length > 0 || texts?.length !== facts.parts.length || !isLive()) {
      used.addUnknown();
      return false;
    }
    let isEachStored = true;
    const includes = facts.isUpToDate ? fetch.positions : [];
    for (const [index, place] of places.entries()) {
      const of = facts.parts[index];
      const key = (of?.isPublic ? parts.publicKeys : parts.privateKeys)[place];
      const isKept = of && (of.isPublic || fetch.caller) && fence.accepts({ ...of, includes }, fetch.subgraph, start);
      if (!isKept || key === undefined) {
        used.addUnknown();
        isEachStored = false;
        continue;
      }
      const part: StoredPart = {
        ...{ key, text: texts[index] ?? 'null', tags: of.tags, asOf: of.asOf, isPublic: of.isPublic },
        ...{ includes, fetchedAt: startedAt, expiresAt: startedAt + of.validMs, isRemoved: false },
      };
      store.set(part);
      used.addStored(part);
    }
    return isEachStored;
  }

  private learn({ queryKey }: Parts, facts: PartFacts | undefined): void {
    this.publicQueries.delete(queryKey);
    if (facts?.isPublic) this.publicQueries.add(queryKey);
    const [oldest] = this.publicQueries;
    if (this.publicQueries.size > PUBLIC_AT_MOST && oldest !== undefined) this.publicQueries.delete(oldest);
  }
}

function partsOf({ subgraph, query, variables, variant, caller }: CachedFetch): Parts {
  const { rest, representations } = representationsOf(variables);
  const queryKey = digestOf([subgraph, query]);
  const base = digestOf([queryKey, variant, rest]);
  const scope = digestOf([caller]);
  const names = representations ? representations.map((one) => digestOf([one])) : [''];
  return {
    ...{ queryKey, representations },
    publicKeys: names.map((name) => `${base} ${name}`),
    privateKeys: names.map((name) => `${base} ${name} ${scope}`),
  };
}

const placesWithout = (found: readonly (StoredPart | undefined)[]): number[] =>
  found.flatMap((part, place) => (part ? [] : [place]));

/** The JSON of each part of an answer; undefined where it has not the parts that were fetched. */
function textsOf({ data }: SubgraphAnswer, entities: number | undefined): string[] | undefined {
  if (!isRecord(data)) return undefined;
  if (entities === undefined) return [JSON.stringify(data)];
  const found = data[ENTITIES];
  if (!Array.isArray(found) || found.length !== entities) return undefined;
  return found.map((entity: unknown) => JSON.stringify(entity ?? null));
}
