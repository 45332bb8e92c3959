import type { Caller } from '@rentalbook/service-kit';
import { chanceOf, type Chance } from '../../../tests/conformance/chance';
import { CacheOracle, type Verdict } from './cache-oracle';
import { PARTITIONS, type ModelEvent } from './cached-topic';
import { createCachedWorld, type CachedWorld, type Read } from './cached-world';

export interface MixedRun {
  readonly seed: number;
  readonly operations: number;
  /** The share of operations that write. */
  readonly writes: number;
}

interface Run extends Chance {
  readonly random: () => number;
  readonly world: CachedWorld;
  readonly oracle: CacheOracle;
  /** The events whose positions are in the newest token of a member. */
  readonly tokens: Map<string, readonly ModelEvent[]>;
}

const MEMBERS = ['ada', 'ben', 'cy', 'dee'];
const REST_EVERY = 250;
const KEYS_AT_MOST = 12;
const caller = (memberId: string, role: 'member' | 'librarian'): Caller => ({
  memberId,
  name: memberId,
  roles: [role],
});

/** Reads, writes, deliveries, kills and outages in any order; the oracle checks every answer. */
export async function runMixed({ seed, operations, writes }: MixedRun): Promise<Verdict> {
  const chance = chanceOf(seed);
  const random = (): number => chance.below(1_000_000) / 1_000_000;
  const world = createCachedWorld(random);
  const run: Run = { ...chance, random, world, oracle: new CacheOracle(world), tokens: new Map() };
  const moves = movesOf(run);
  const reading = new Set<Promise<void>>();
  const checkAtRest = async (): Promise<void> => {
    run.oracle.tailIsAway(false);
    await world.rest();
    await Promise.all(reading);
    await run.oracle.checkAtRest(readsAtRest(world.subgraphs.keys));
  };

  await world.rest();
  for (let operation = 0; operation < operations; operation++) {
    if (random() < writes) write(run);
    else {
      const one: Promise<void> = run.oracle.check(randomRead(run)).finally(() => reading.delete(one));
      reading.add(one);
    }
    await world.settle();
    for (let move = chance.below(4); move > 0; move--) await chance.oneOf(moves)();
    if (operation % REST_EVERY === REST_EVERY - 1) await checkAtRest();
  }
  await checkAtRest();
  await world.stop();
  return run.oracle.verdict();
}

const readsAtRest = (keys: readonly string[]): readonly Read[] => [
  ...keys.map((key): Read => ({ kind: 'book', keys: [key], caller: null, token: [] })),
  { kind: 'books', keys: ['k1'], caller: null, token: [] },
  { kind: 'book', keys: ['k1', 'k2', 'k3'], caller: null, token: [] },
  ...MEMBERS.map((memberId): Read => ({ kind: 'page', keys: ['k1'], caller: caller(memberId, 'member'), token: [] })),
];

function randomRead({ random, oneOf, world: { subgraphs }, tokens }: Run): Read {
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
}

function write({ random, oneOf, world, tokens, oracle }: Run): void {
  const memberId = oneOf(MEMBERS);
  const isHere = random() < 0.6;
  const command = isHere ? world.write : world.writeElsewhere;
  if (random() < 0.3) {
    const key =
      random() < 0.1 && world.subgraphs.keys.length < KEYS_AT_MOST
        ? `n${String(world.subgraphs.keys.length)}`
        : oneOf(world.subgraphs.keys);
    const events = command('book', key, 'librarian');
    if (isHere) oracle.expectOwn(...events);
    return;
  }
  const [first, second] = command(
    'reserve',
    oneOf(world.subgraphs.keys),
    memberId,
    random() < 0.4 ? oneOf(MEMBERS) : undefined,
  );
  if (!first) return;
  // Another member's page learns of the second event from the topic alone.
  if (isHere) oracle.expectOwn(first, ...(second ? [{ ...second, memberId: undefined }] : []));
  tokens.set(memberId, second ? [first, second] : [first]);
}

/** What happens beside the reads and writes, each as likely as the others. */
const movesOf = ({ random, below, oneOf, world, oracle }: Run): readonly (() => void | Promise<void>)[] => [
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
    world.topic.commit(oneOf(world.groups));
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
    if (random() < 0.1) world.topic.kill(oneOf(world.groups));
  },
  () => {
    if (random() > 0.06) return;
    oracle.tailIsAway(!world.topic.isAway);
    world.topic.setAway(!world.topic.isAway, random() < 0.5);
  },
  () => {
    if (world.topic.isAway) return world.advance(2_100);
  },
];
