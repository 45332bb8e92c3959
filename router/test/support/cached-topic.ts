import type { TailedTopic } from '../../src/cache/topic-tail';

/** An event of the model. */
export interface ModelEvent {
  readonly source: string;
  readonly key: string;
  readonly sequence: number;
  readonly memberId: string | undefined;
}

type Handlers = Parameters<TailedTopic['open']>[0];
export const PARTITIONS = 3;
export const partitionOf = (key: string): number => (key.codePointAt(key.length - 1) ?? 0) % PARTITIONS;
const zeros = (): number[] => Array.from({ length: PARTITIONS }, () => 0);

/** A topic, its consumer groups and the router's tail, which move only when a test moves them. */
export class ModelTopic {
  readonly log: ModelEvent[][] = Array.from({ length: PARTITIONS }, () => []);
  isAway = false;
  /** How many events the tail has delivered. */
  delivered = 0;
  private readonly applied = new Map<string, number[]>();
  private readonly committed = new Map<string, number[]>();
  private handlers: Handlers | undefined;
  private cursor = zeros();
  private waiting: (() => void)[] = [];

  publish(event: ModelEvent): void {
    this.log[partitionOf(event.key)]?.push(event);
  }

  /** Delivers the next event of a partition to the tail; returns it. */
  deliver(partition: number): ModelEvent | undefined {
    const offset = this.cursor[partition] ?? 0;
    const event = this.log[partition]?.[offset];
    if (!this.handlers || this.isAway || !event) return undefined;
    const { memberId, ...place } = event;
    const value = Buffer.from(JSON.stringify({ ...place, data: memberId === undefined ? {} : { userId: memberId } }));
    this.handlers.onMessage({ partition, offset, value });
    this.cursor[partition] = offset + 1;
    this.delivered += 1;
    return event;
  }

  /** Harms the tail: what it is sent next is not what follows. */
  readonly harm = {
    'a message is missing': (): void => {
      this.cursor[0] = (this.cursor[0] ?? 0) + 1;
      this.log[0]?.push({ source: 'book', key: 'k3', sequence: 1_000, memberId: undefined });
      this.publish({ source: 'book', key: 'k3', sequence: 1_001, memberId: undefined });
      this.deliver(0);
    },
    'a message is no event': (): void => {
      this.log[0]?.push({ source: 'book', key: 'k3', sequence: 0, memberId: undefined });
      this.deliver(0);
    },
    'the topic ends before what was seen of it': (): void => {
      this.log[0]?.splice(0, 1);
    },
    'its consumer joins again': (): void => {
      this.lose();
    },
  };

  /** The next event of a partition that a group has not applied. */
  nextOf(group: string, partition: number): ModelEvent | undefined {
    return this.isAway ? undefined : this.log[partition]?.[this.offsets(this.applied, group)[partition] ?? 0];
  }

  moved(group: string, partition: number): void {
    const offsets = this.offsets(this.applied, group);
    offsets[partition] = (offsets[partition] ?? 0) + 1;
  }

  commit(group: string): void {
    if (!this.isAway) this.committed.set(group, [...this.offsets(this.applied, group)]);
  }

  /** A group that is killed begins again where it committed. */
  kill(group: string): void {
    this.applied.set(group, [...this.offsets(this.committed, group)]);
  }

  setAway(isAway: boolean, isNoticed: boolean): void {
    this.isAway = isAway;
    if (isAway && isNoticed) this.lose();
    if (!isAway) for (const go of this.waiting.splice(0)) go();
  }

  lose(): void {
    const { handlers } = this;
    this.handlers = undefined;
    handlers?.onLost('the connection is gone');
  }

  readonly port: TailedTopic = {
    open: async (handlers) => {
      await this.whenBack();
      this.handlers = handlers;
      this.cursor = this.ends();
      return { ends: this.ends(), close: () => Promise.resolve() };
    },
    ends: async () => {
      await this.whenBack();
      return this.ends();
    },
    committedBy: async (group) => {
      await this.whenBack();
      return [...this.offsets(this.committed, group)];
    },
    close: () => Promise.resolve(),
  };

  private readonly ends = (): number[] => this.log.map(({ length }) => length);

  private whenBack(): Promise<void> {
    return this.isAway ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }

  private offsets(of: Map<string, number[]>, group: string): number[] {
    const offsets = of.get(group) ?? zeros();
    of.set(group, offsets);
    return offsets;
  }
}
