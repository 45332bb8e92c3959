import { type ErrorCode } from '../protocol/error-codes';

export interface JoinRequest {
  readonly memberId: string;
  readonly clientId: string;
  readonly clientHost: string;
  /** Milliseconds without a heartbeat after which the member is taken for dead. */
  readonly sessionTimeout: number;
  /** Milliseconds the member is given to join again when the group rebalances. */
  readonly rebalanceTimeout: number;
  readonly protocolType: string;
  readonly protocols: readonly { readonly name: string; readonly metadata: Buffer }[];
}

export interface JoinAnswer {
  readonly error: ErrorCode;
  readonly generation: number;
  readonly protocol: string;
  readonly leader: string;
  readonly memberId: string;
  /** All members with their metadata: for the leader alone, who assigns the partitions. */
  readonly members: readonly { readonly id: string; readonly metadata: Buffer }[];
}

export interface SyncAnswer {
  readonly error: ErrorCode;
  readonly assignment: Buffer;
}

export interface Member {
  readonly id: string;
  request: JoinRequest;
  assignment: Buffer;
  answerJoin: ((answer: JoinAnswer) => void) | undefined;
  answerSync: ((answer: SyncAnswer) => void) | undefined;
  session: NodeJS.Timeout | undefined;
}

export const NOTHING = Buffer.alloc(0);
/** What the member sent for the protocol of the group. */
export const metadataOf = ({ protocols }: JoinRequest, protocol: string): Buffer =>
  protocols.find(({ name }) => name === protocol)?.metadata ?? NOTHING;

export function failedJoin(error: ErrorCode, memberId: string): JoinAnswer {
  return { error, generation: -1, protocol: '', leader: '', memberId, members: [] };
}

export function sameProtocols(one: JoinRequest, other: JoinRequest): boolean {
  return (
    one.protocols.length === other.protocols.length &&
    one.protocols.every(({ name, metadata }, index) => {
      const its = other.protocols[index];
      return its?.name === name && its.metadata.equals(metadata);
    })
  );
}
