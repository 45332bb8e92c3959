import { ConsumerGroup } from './groups/consumer-group';
import type { Storage } from './log/storage';
import { TopicLog } from './log/topic-log';

/** What the answers to all requests are made from. */
export class Broker {
  readonly nodeId = 1;
  readonly log: TopicLog;
  private readonly groups = new Map<string, ConsumerGroup>();
  private closed = false;

  constructor(
    readonly storage: Storage,
    /** The advertised address of this broker. */
    readonly address: { readonly host: string; readonly port: number },
  ) {
    this.log = new TopicLog(storage);
  }

  /** The group of that name, made when it is first asked for. */
  group(id: string): ConsumerGroup {
    const group = this.groups.get(id) ?? new ConsumerGroup(id);
    this.groups.set(id, group);
    return group;
  }

  knownGroup = (id: string): ConsumerGroup | undefined => this.groups.get(id);

  groupIds(): readonly string[] {
    const joined = [...this.groups.values()].filter(({ state }) => state !== 'Empty').map(({ id }) => id);
    return [...new Set([...joined, ...this.storage.groupsWithOffsets()])];
  }

  forgetGroup(id: string): void {
    this.groups.get(id)?.close();
    this.groups.delete(id);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.log.wake();
    for (const group of this.groups.values()) group.close();
    this.storage.close();
  }
}
