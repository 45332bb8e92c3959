import { createSeal, type Caller } from '@rentalbook/service-kit';
import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import pino from 'pino';
import { openAnswerCache } from '../../src/cache/answer-cache';
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
  const outbox: ModelEvent[] = [];
  const seen: ModelEvent[] = [];
  const calls: (() => void)[] = [];
  let callCount = 0;

  const call = (read: Read, keys: readonly string[]): Promise<SubgraphAnswer> =>
    new Promise((resolve) => {
      callCount += 1;
      const common = { call: callCount, validUntil: clock.now() + BASE_MS + Math.floor(random() * 20_000) };
      const isForbidden = read.kind === 'copies' && !read.caller?.roles.includes('librarian');
      const readNow = (): SubgraphAnswer => {
        if (isForbidden) return { data: null, errors: [{ message: 'Forbidden', extensions: { code: 'FORBIDDEN' } }] };
        const of = read.kind === 'page' ? [read.caller?.memberId ?? ''] : keys;
        const parts = of.map((key) => subgraphs.read(read.kind, key, common));
        return answerOf(parts, read.keys.length > 1, {
          now: clock.now(),
          isPublic: read.kind === 'book' || read.kind === 'books',
          isUpToDate: read.token.every((event) => parts.every((part) => isIncluded(part, event))),
        });
      };
      // The database is read when the call comes, or just before it is answered.
      const early = random() < 0.5 ? readNow() : undefined;
      calls.push(() => {
        resolve(early ?? readNow());
      });
    });

  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const moveAll = async (): Promise<void> => {
    world.publish(Infinity);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      while (world.deliver(partition));
      for (const group of GROUPS) while (world.consume(group, partition));
    }
    for (const group of GROUPS) topic.commit(group);
    for (const answer of calls.splice(0)) answer();
    await settle();
  };

  const world = {
    ...{ clock, topic, subgraphs, cache, seen, settle, groups: GROUPS },

    async read(read: Read): Promise<ReadAnswer> {
      const firstCall = callCount + 1;
      const own = cache.forRequest(read.token.length > 0 ? tokenOf(read.token) : undefined, 'en');
      const isOfEntities = read.keys.length > 1;
      const representations = read.keys.map((id) => ({ __typename: 'Book', id }));
      const answer = await cache.fetches.fetch({
        subgraph: read.kind === 'page' ? 'mypage' : 'book',
        ...{
          query: `${read.kind} ${String(isOfEntities)}`,
          variables: isOfEntities ? { representations } : { id: read.keys[0] },
        },
        ...{
          caller: read.caller,
          variant: own.variant,
          positions: own.positions ?? [],
          used: own.used,
          deadline: Infinity,
        },
        call: ({ representations: needed }) =>
          call(read, Array.isArray(needed) ? needed.map(({ id }: { id: string }) => id) : read.keys),
      });
      const found = (
        isOfEntities ? (answer.data?.['_entities'] ?? []) : [answer.data?.['part'] ?? null]
      ) as (ModelPart | null)[];
      return {
        parts: found.filter((part) => part !== null),
        errors: answer.errors.length,
        firstCall,
      };
    },

    /** A command through another router, of whose answer this one knows nothing; a second event may follow, about another member. */
    writeElsewhere(source: string, key: string, caller: string, other?: string): readonly ModelEvent[] {
      const events = [subgraphs.decide(source, key, source === 'book' ? undefined : caller)];
      if (other !== undefined) events.push(subgraphs.decide(source, key, other));
      outbox.push(...events);
      return events;
    },
    /** The same through this router. */
    write(source: string, key: string, caller: string, other?: string): readonly ModelEvent[] {
      const events = world.writeElsewhere(source, key, caller, other);
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
    /** Answers one of the calls under way. */
    answerCall(): void {
      calls.splice(Math.floor(random() * calls.length), 1)[0]?.();
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
      for (const answer of calls.splice(0)) answer();
      return reading;
    },
    async stop(): Promise<void> {
      await world.rest();
      await cache.stop();
    },
  };
  return world;
}
