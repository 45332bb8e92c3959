import { randomUUID } from 'node:crypto';
import { errorCode, type ErrorCode } from '../protocol/error-codes';
import {
  failedJoin,
  metadataOf,
  NOTHING,
  sameProtocols,
  type JoinAnswer,
  type JoinRequest,
  type Member,
  type SyncAnswer,
} from './member';

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

const SHORTEST_SESSION_MS = 6_000;
const LONGEST_SESSION_MS = 1_800_000;

/**
 * One consumer group, as Kafka's own coordinator runs it: members join, the leader assigns, all sync; a member that
 * leaves or sends no heartbeat makes the rest join again. Membership is in memory: after a restart everybody joins anew.
 */
export class ConsumerGroup {
  state: GroupState = 'Empty';
  private generation = 0;
  private protocol = '';
  private leader = '';
  private readonly members = new Map<string, Member>();
  private rebalanceDeadline: NodeJS.Timeout | undefined;

  constructor(readonly id: string) {}

  /**
   * Who waits for its answer and is `gone` is no member any more. Kafka would give it one session more, in which those who
   * come after it are not consumed; a service that is killed twice in a row is to be back as soon as one that is killed once.
   */
  join(request: JoinRequest, gone: AbortSignal): Promise<JoinAnswer> {
    const refusal = this.refuseJoin(request);
    if (refusal !== undefined) return Promise.resolve(failedJoin(refusal, request.memberId));
    const known = this.members.get(request.memberId);
    if (known && this.state === 'Stable' && known.id !== this.leader && sameProtocols(known.request, request)) {
      this.keepAlive(known);
      return Promise.resolve(this.answerFor(known));
    }
    const member = known ?? this.newMember(request);
    member.request = request;
    return new Promise((resolve) => {
      member.answerJoin?.(failedJoin(errorCode.REBALANCE_IN_PROGRESS, member.id));
      const leave = (): void => {
        this.remove(member);
      };
      gone.addEventListener('abort', leave);
      member.answerJoin = (answer) => {
        gone.removeEventListener('abort', leave);
        resolve(answer);
      };
      clearTimeout(member.session);
      this.prepareRebalance();
      this.completeJoinWhenAllAreHere();
    });
  }

  sync(memberId: string, generation: number, assignments: ReadonlyMap<string, Buffer>): Promise<SyncAnswer> {
    const member = this.members.get(memberId);
    const error = this.checkMember(member, generation);
    if (!member || error !== errorCode.NONE) return Promise.resolve({ error, assignment: NOTHING });
    this.keepAlive(member);
    if (this.state === 'PreparingRebalance')
      return Promise.resolve({ error: errorCode.REBALANCE_IN_PROGRESS, assignment: NOTHING });
    if (this.state === 'Stable') return Promise.resolve({ error, assignment: member.assignment });
    return new Promise((resolve) => {
      member.answerSync = resolve;
      if (memberId === this.leader) this.assign(assignments);
    });
  }

  heartbeat(memberId: string, generation: number): ErrorCode {
    const member = this.members.get(memberId);
    const error = this.checkMember(member, generation);
    if (!member || error !== errorCode.NONE) return error;
    this.keepAlive(member);
    return this.state === 'PreparingRebalance' ? errorCode.REBALANCE_IN_PROGRESS : errorCode.NONE;
  }

  leave(memberId: string): ErrorCode {
    const member = this.members.get(memberId);
    if (!member) return errorCode.UNKNOWN_MEMBER_ID;
    this.remove(member);
    return errorCode.NONE;
  }

  /** Whether this member may commit offsets: a member of this generation, or anybody while the group is empty. */
  mayCommit(memberId: string, generation: number): ErrorCode {
    if (generation < 0 && this.members.size === 0) return errorCode.NONE;
    const member = this.members.get(memberId);
    const error = this.checkMember(member, generation);
    if (!member || error !== errorCode.NONE) return error;
    this.keepAlive(member);
    return this.state === 'CompletingRebalance' ? errorCode.REBALANCE_IN_PROGRESS : errorCode.NONE;
  }

  describe() {
    const members = [...this.members.values()].map(({ id, request, assignment }) => ({
      id,
      clientId: request.clientId,
      clientHost: request.clientHost,
      metadata: metadataOf(request, this.protocol),
      assignment,
    }));
    return { state: this.state, protocolType: this.protocolType(), protocol: this.protocol, members };
  }

  protocolType = (): string => [...this.members.values()][0]?.request.protocolType ?? '';

  close(): void {
    clearTimeout(this.rebalanceDeadline);
    for (const { session } of this.members.values()) clearTimeout(session);
  }

  private refuseJoin({ memberId, sessionTimeout, protocolType, protocols }: JoinRequest): ErrorCode | undefined {
    if (this.id === '') return errorCode.INVALID_GROUP_ID;
    if (sessionTimeout < SHORTEST_SESSION_MS || sessionTimeout > LONGEST_SESSION_MS)
      return errorCode.INVALID_SESSION_TIMEOUT;
    if (memberId !== '' && !this.members.has(memberId)) return errorCode.UNKNOWN_MEMBER_ID;
    const others = [...this.members.values()].filter(({ id }) => id !== memberId);
    const fits = others.every(
      ({ request }) =>
        request.protocolType === protocolType &&
        request.protocols.some(({ name }) => protocols.some((own) => own.name === name)),
    );
    return fits && protocols.length > 0 ? undefined : errorCode.INCONSISTENT_GROUP_PROTOCOL;
  }

  private newMember(request: JoinRequest): Member {
    const id = `${request.clientId}-${randomUUID()}`;
    const member = {
      id,
      request,
      assignment: NOTHING,
      answerJoin: undefined,
      answerSync: undefined,
      session: undefined,
    };
    this.members.set(id, member);
    return member;
  }

  private prepareRebalance(): void {
    if (this.state === 'PreparingRebalance') return;
    this.state = 'PreparingRebalance';
    for (const member of this.members.values()) {
      member.answerSync?.({ error: errorCode.REBALANCE_IN_PROGRESS, assignment: NOTHING });
      member.answerSync = undefined;
    }
    const patience = Math.max(...[...this.members.values()].map(({ request }) => request.rebalanceTimeout));
    this.rebalanceDeadline = setTimeout(() => {
      for (const member of [...this.members.values()]) if (!member.answerJoin) this.forget(member);
      this.completeJoinWhenAllAreHere();
    }, patience);
  }

  private completeJoinWhenAllAreHere(): void {
    if (this.state !== 'PreparingRebalance') return;
    const all = [...this.members.values()];
    if (!all.every(({ answerJoin }) => answerJoin !== undefined)) return;
    clearTimeout(this.rebalanceDeadline);
    this.generation += 1;
    const [first] = all;
    if (!first) {
      this.state = 'Empty';
      return;
    }
    this.state = 'CompletingRebalance';
    this.leader = this.members.has(this.leader) ? this.leader : first.id;
    this.protocol =
      first.request.protocols.find(({ name }) =>
        all.every(({ request }) => request.protocols.some((own) => own.name === name)),
      )?.name ?? '';
    for (const member of all) {
      member.answerJoin?.(this.answerFor(member));
      member.answerJoin = undefined;
      this.keepAlive(member);
    }
  }

  private answerFor({ id }: Member): JoinAnswer {
    const everybody = [...this.members.values()].map((member) => ({
      id: member.id,
      metadata: metadataOf(member.request, this.protocol),
    }));
    return {
      error: errorCode.NONE,
      generation: this.generation,
      protocol: this.protocol,
      leader: this.leader,
      memberId: id,
      members: id === this.leader ? everybody : [],
    };
  }

  private assign(assignments: ReadonlyMap<string, Buffer>): void {
    this.state = 'Stable';
    for (const member of this.members.values()) {
      member.assignment = assignments.get(member.id) ?? NOTHING;
      member.answerSync?.({ error: errorCode.NONE, assignment: member.assignment });
      member.answerSync = undefined;
    }
  }

  private checkMember(member: Member | undefined, generation: number): ErrorCode {
    if (!member) return errorCode.UNKNOWN_MEMBER_ID;
    return generation === this.generation ? errorCode.NONE : errorCode.ILLEGAL_GENERATION;
  }

  /** Starts the member's session anew; a member that waits for an answer of ours cannot be late. */
  private keepAlive(member: Member): void {
    clearTimeout(member.session);
    member.session = setTimeout(() => {
      if (!member.answerJoin) this.remove(member);
    }, member.request.sessionTimeout);
  }

  private remove(member: Member): void {
    this.forget(member);
    if (this.members.size === 0) {
      clearTimeout(this.rebalanceDeadline);
      this.generation += 1;
      this.state = 'Empty';
      return;
    }
    this.prepareRebalance();
    this.completeJoinWhenAllAreHere();
  }

  private forget(member: Member): void {
    clearTimeout(member.session);
    this.members.delete(member.id);
    member.answerJoin?.(failedJoin(errorCode.UNKNOWN_MEMBER_ID, member.id));
    member.answerSync?.({ error: errorCode.UNKNOWN_MEMBER_ID, assignment: NOTHING });
  }
}
