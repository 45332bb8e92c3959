import type { Caller } from '@rentalbook/service-kit';
import { chanceOf } from '../../../tests/conformance/chance';
import { isIncluded, type ModelPart } from './cached-subgraphs';
import { PARTITIONS, type ModelEvent } from './cached-topic';
import { createCachedWorld, type Read } from './cached-world';

export interface MixedRun {
  readonly seed: number;
  readonly operations: number;
  /** The share of operations that write. */
  readonly writes: number;
}

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
export type Faults = typeof NO_FAULTS;

export interface Verdict {
  readonly faults: Faults;
  /** The first few, in words. */
  readonly examples: readonly string[];
  readonly parts: number;
  /** Parts that were stored, or fetched for another reader. */
  readonly hits: number;
}

const MEMBERS = ['ada', 'ben', 'cy', 'dee'];
const DEAD_AFTER_MS = 2_000;
const REST_EVERY = 250;
const KEYS_AT_MOST = 12;
const caller = (memberId: string, role: 'member' | 'librarian'): Caller => ({
  memberId,
  name: memberId,
  roles: [role],
});

/** Reads, writes, deliveries, kills and outages in any order; every part of every answer is checked against the log of events. */
export async function runMixed({ seed, operations, writes }: MixedRun): Promise<Verdict> {
  const { below, oneOf } = chanceOf(seed);
  const random = (): number => below(1_000_000) / 1_000_000;
  const world = createCachedWorld(random);
  const { clock, topic, subgraphs, seen } = world;
  const faults = { ...NO_FAULTS };
  const examples: string[] = [];
  const tokens = new Map<string, readonly ModelEvent[]>();
  const ownChanges: ModelEvent[] = [];
  const reading = new Set<Promise<void>>();
  let [parts, hits, awayAt] = [0, 0, Infinity];
  /** How many events there were at the last rest: whether those are included is checked at the next one. */
  let rested = { seen: 0, own: 0 };

  const fault = (kind: keyof Faults, part: ModelPart, about: unknown): void => {
    faults[kind] += 1;
    if (examples.length < 5) examples.push(`${kind}: ${JSON.stringify({ part, about })}`);
  };
  const randomRead = (): Read => {
    const memberId = oneOf(MEMBERS);
    const kind = oneOf(['book', 'book', 'books', 'copies', 'page', 'page'] as const);
    const isOfEntities = kind === 'book' && random() < 0.4;
    const keys = isOfEntities
      ? [...new Set([oneOf(subgraphs.keys), oneOf(subgraphs.keys), oneOf(subgraphs.keys)])]
      : [oneOf(subgraphs.keys)];
    const reader =
      kind === 'page' || random() < 0.6
        ? caller(memberId, kind === 'copies' && random() < 0.7 ? 'librarian' : 'member')
        : null;
    return { kind, keys, caller: reader, token: reader && random() < 0.7 ? (tokens.get(memberId) ?? []) : [] };
  };
  const checked = async (read: Read): Promise<void> => {
    const [startedAt, seenThen, ownThen] = [clock.now(), seen.length, ownChanges.length];
    const isDead = startedAt - awayAt >= DEAD_AFTER_MS;
    const answer = await world.read(read);
    for (const part of answer.parts) {
      parts += 1;
      const isOthers = part.member !== null && part.member !== read.caller?.memberId;
      if (isOthers || (part.kind === 'copies' && !read.caller?.roles.includes('librarian')))
        fault('ofAnotherMember', part, read.caller);
      if (part.call >= answer.firstCall) continue;
      hits += 1;
      if (isDead) fault('whileTailIsDead', part, startedAt);
      if (part.validUntil <= startedAt) fault('beyondValidUntil', part, startedAt);
      const missing = (events: readonly ModelEvent[]): ModelEvent | undefined =>
        events.find((event) => !isIncluded(part, event));
      for (const [kind, event] of Object.entries({
        olderThanToken: missing(read.token),
        olderThanSeen: missing(seen.slice(rested.seen, seenThen)),
        olderThanOwnChange: missing(ownChanges.slice(rested.own, ownThen)),
      }) as [keyof Faults, ModelEvent | undefined][])
        if (event) fault(kind, part, event);
    }
  };
  const write = (): void => {
    const memberId = oneOf(MEMBERS);
    const isHere = random() < 0.6;
    const command = isHere ? world.write : world.writeElsewhere;
    if (random() < 0.3) {
      const key =
        random() < 0.1 && subgraphs.keys.length < KEYS_AT_MOST
          ? `n${String(subgraphs.keys.length)}`
          : oneOf(subgraphs.keys);
      const events = command('book', key, 'librarian');
      if (isHere) ownChanges.push(...events);
      return;
    }
    const [first, second] = command(
      'reserve',
      oneOf(subgraphs.keys),
      memberId,
      random() < 0.4 ? oneOf(MEMBERS) : undefined,
    );
    if (!first) return;
    // Another member's page learns of the second event from the topic alone.
    if (isHere) ownChanges.push(first, ...(second ? [{ ...second, memberId: undefined }] : []));
    tokens.set(memberId, second ? [first, second] : [first]);
  };
  const checkAtRest = async (): Promise<void> => {
    awayAt = Infinity;
    await world.rest();
    await Promise.all(reading);
    const reads: Read[] = [
      ...subgraphs.keys.map((key): Read => ({ kind: 'book', keys: [key], caller: null, token: [] })),
      { kind: 'books', keys: ['k1'], caller: null, token: [] },
      { kind: 'book', keys: ['k1', 'k2', 'k3'], caller: null, token: [] },
      ...MEMBERS.map((memberId): Read => ({
        kind: 'page',
        keys: ['k1'],
        caller: caller(memberId, 'member'),
        token: [],
      })),
    ];
    for (const read of reads)
      for (const [place, part] of (await world.restedRead(read)).parts.entries()) {
        const of = read.kind === 'page' ? (read.caller?.memberId ?? '') : (read.keys[place] ?? '');
        const now = subgraphs.read(read.kind, of, { call: part.call, validUntil: part.validUntil });
        if (JSON.stringify(now.includes) !== JSON.stringify(part.includes)) fault('wrongAtRest', part, now.includes);
      }
    rested = { seen: seen.length, own: ownChanges.length };
  };
  const moves: readonly (() => void | Promise<void>)[] = [
    () => {
      world.publish(1 + below(3));
    },
    () => {
      world.publish(1 + below(3));
    },
    () => void world.deliver(below(PARTITIONS)),
    () => void world.deliver(below(PARTITIONS)),
    () => void world.consume(oneOf(world.groups), below(PARTITIONS)),
    () => void world.consume(oneOf(world.groups), below(PARTITIONS)),
    () => {
      topic.commit(oneOf(world.groups));
    },
    () => {
      world.answerCall();
    },
    () => {
      world.answerCall();
    },
    () => {
      world.answerCall();
    },
    () => world.advance(below(300)),
    () => {
      if (random() < 0.1) topic.kill(oneOf(world.groups));
    },
    () => {
      if (random() > 0.06) return;
      awayAt = topic.isAway ? Infinity : clock.now();
      topic.setAway(!topic.isAway, random() < 0.5);
    },
    () => {
      if (topic.isAway) return world.advance(2_100);
    },
  ];

  await world.rest();
  for (let operation = 0; operation < operations; operation++) {
    if (random() < writes) write();
    else {
      const one: Promise<void> = checked(randomRead()).finally(() => reading.delete(one));
      reading.add(one);
    }
    await world.settle();
    for (let move = below(4); move > 0; move--) await oneOf(moves)();
    if (operation % REST_EVERY === REST_EVERY - 1) await checkAtRest();
  }
  await checkAtRest();
  await world.stop();
  return { faults, examples, parts, hits };
}
