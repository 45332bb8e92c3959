import { createSeal, type Caller } from '@rentalbook/service-kit';
import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import type { Clock } from '@rentalbook/timing';
import pino from 'pino';
import { openAnswerCache, type AnswerCache } from '../../src/cache/answer-cache';
import type { SubgraphAnswer } from '../../src/resilience/subgraph-answer';
import { answerOf, isIncluded, ModelSubgraphs, type ModelPart } from './cached-subgraphs';
import { ModelTopic, PARTITIONS, type ModelEvent } from './cached-topic';

const GROUPS = ['book', 'mypage'];
const BASE_MS = 200;
const seal = createSeal(() => ['secret'], 'consistency');
const tokenOf = (events: readonly ModelEvent[]): string =>
  seal.seal(events.map(({ source, key, sequence }) => [source, key, sequence]));

/** What a caller reads. */
export interface Read {
  readonly kind: ModelPart['kind'];
  /** The titles; several are a fetch of entities. */
  readonly keys: readonly string[];
  readonly caller: Caller | null;
  /** The events whose positions the request's consistency token names. */
  readonly token: readonly ModelEvent[];
}

export interface ReadAnswer {
  readonly parts: readonly ModelPart[];
  readonly errors: number;
  /** Parts of a call with a smaller number were stored, or fetched for another reader. */
  readonly firstCall: number;
}

/** A cache, whose topic, subgraphs and clock move only when a test moves them. */
export function createCachedWorld(random: () => number) {
  const clock = createManualClock();
  const topic = new ModelTopic();
  const subgraphs = new ModelSubgraphs(['k1', 'k2', 'k3', 'k4', 'k5']);
  const cache = openAnswerCache({
    ...{ topic: topic.port, clock, maxBytes: 200_000, logger: pino({ level: 'silent' }) },
    onResult: () => undefined,
    onInvalidated: () => undefined,
  });
  const seen: ModelEvent[] = [];
  const moves = movesOf(topic, subgraphs, cache, seen);
  const calls = new CallsUnderWay(subgraphs, clock, random);

  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const moveAll = async (): Promise<void> => {
    moves.publish(Infinity);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      while (moves.deliver(partition));
      for (const group of GROUPS) while (moves.consume(group, partition));
    }
    for (const group of GROUPS) topic.commit(group);
    calls.answerAll();
    await settle();
  };

  const world = {
    ...{ clock, topic, subgraphs, cache, seen, settle, groups: GROUPS },

    async read(read: Read): Promise<ReadAnswer> {
      const firstCall = calls.count + 1;
      const own = cache.forRequest(read.token.length > 0 ? tokenOf(read.token) : undefined, 'en');
      const isOfEntities = read.keys.length > 1;
      const representations = read.keys.map((id) => ({ __typename: 'Book', id }));
      const answer = await cache.fetches.fetch({
        subgraph: read.kind === 'page' ? 'mypage' : 'book',
        query: `${read.kind} ${String(isOfEntities)}`,
        variables: isOfEntities ? { representations } : { id: read.keys[0] },
        ...{ caller: read.caller, variant: own.variant, used: own.used },
        ...{ positions: own.positions ?? [], deadline: Infinity },
        call: ({ representations: needed }) =>
          calls.send(read, Array.isArray(needed) ? needed.map(({ id }: { id: string }) => id) : read.keys),
      });
      return { parts: partsOf(answer, isOfEntities), errors: answer.errors.length, firstCall };
    },

    ...moves,

    /** Answers one of the calls under way. */
    answerCall(): void {
      calls.answerOne();
    },
    async advance(ms: number): Promise<void> {
      clock.advance(ms);
      await settle();
    },
    /** Publishes, delivers, applies and commits all there is, and lets the router know. */
    async rest(): Promise<void> {
      topic.setAway(false, false);
      for (let round = 0; round < 4; round++) {
        await moveAll();
        await world.advance(600);
      }
    },
    async restedRead(read: Read): Promise<ReadAnswer> {
      const reading = world.read(read);
      await settle();
      calls.answerAll();
      return reading;
    },
    async stop(): Promise<void> {
      await world.rest();
      await cache.stop();
    },
  };
  return world;
}

/** What commands write, and what the topic and the consumers make of it, one step at a time. */
function movesOf(
  topic: ModelTopic,
  subgraphs: ModelSubgraphs,
  cache: Pick<AnswerCache, 'changed'>,
  seen: ModelEvent[],
) {
  const outbox: ModelEvent[] = [];
  const moves = {
    /** A command through another router, of whose answer this one knows nothing; a second event may follow, about another member. */
    writeElsewhere(source: string, key: string, caller: string, other?: string): readonly ModelEvent[] {
      const events = [subgraphs.decide(source, key, source === 'book' ? undefined : caller)];
      if (other !== undefined) events.push(subgraphs.decide(source, key, other));
      outbox.push(...events);
      return events;
    },
    /** The same through this router. */
    write(source: string, key: string, caller: string, other?: string): readonly ModelEvent[] {
      const events = moves.writeElsewhere(source, key, caller, other);
      const changes = events.slice(-1).map((event) => [event.source, event.key, event.sequence]);
      const cacheParts = { consumer: source, scope: 'private', isUpToDate: true, changes };
      cache.changed({ cacheParts }, { memberId: caller, name: caller, roles: ['member'] });
      return events;
    },

    publish(count: number): void {
      for (const event of outbox.splice(0, topic.isAway ? 0 : count)) topic.publish(event);
    },
    deliver(partition: number): boolean {
      const event = topic.deliver(partition);
      if (event) seen.push(event);
      return event !== undefined;
    },
    consume(group: string, partition: number): boolean {
      const event = topic.nextOf(group, partition);
      if (event) {
        subgraphs.apply(group, event);
        topic.moved(group, partition);
      }
      return event !== undefined;
    },
  };
  return moves;
}

export type CachedWorld = ReturnType<typeof createCachedWorld>;

const partsOf = ({ data }: Pick<SubgraphAnswer, 'data'>, isOfEntities: boolean): readonly ModelPart[] => {
  const found = isOfEntities ? (data?.['_entities'] ?? []) : [data?.['part'] ?? null];
  return (found as (ModelPart | null)[]).filter((part) => part !== null);
};

/** The calls of subgraphs, which are answered when a test says so. */
class CallsUnderWay {
  /** How many there have been. */
  count = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly subgraphs: ModelSubgraphs,
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  send(read: Read, keys: readonly string[]): Promise<SubgraphAnswer> {
    return new Promise((resolve) => {
      this.count += 1;
      const common = {
        call: this.count,
        validUntil: this.clock.now() + BASE_MS + Math.floor(this.random() * 20_000),
      };
      // The database is read when the call comes, or just before it is answered.
      const early = this.random() < 0.5 ? this.readNow(read, keys, common) : undefined;
      this.waiting.push(() => {
        resolve(early ?? this.readNow(read, keys, common));
      });
    });
  }

  /** Answers one of them. */
  answerOne(): void {
    this.waiting.splice(Math.floor(this.random() * this.waiting.length), 1)[0]?.();
  }

  answerAll(): void {
    for (const answer of this.waiting.splice(0)) answer();
  }

  private readNow(read: Read, keys: readonly string[], common: Pick<ModelPart, 'call' | 'validUntil'>): SubgraphAnswer {
    const isForbidden = read.kind === 'copies' && !read.caller?.roles.includes('librarian');
    if (isForbidden) return { data: null, errors: [{ message: 'Forbidden', extensions: { code: 'FORBIDDEN' } }] };
    const of = read.kind === 'page' ? [read.caller?.memberId ?? ''] : keys;
    const parts = of.map((key) => this.subgraphs.read(read.kind, key, common));
    return answerOf(parts, read.keys.length > 1, {
      now: this.clock.now(),
      isPublic: read.kind === 'book' || read.kind === 'books',
      isUpToDate: read.token.every((event) => parts.every((part) => isIncluded(part, event))),
    });
  }
}
