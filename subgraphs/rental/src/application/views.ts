import type { RefusalCode } from '@rentalbook/event-contracts';

/** One rental, open or closed, as it is read: one part from Rental's own events, one from Reserve's decision. */
export interface RentalView {
  readonly _id: string;
  readonly userId: string;
  readonly bookId: string;
  /** The database's time of the read, which is not stored: whether a copy is overdue depends on it. */
  readonly now: Date;
  readonly rental?: {
    readonly seq: number;
    readonly userNm: string;
    readonly phase: 'REQUESTED' | 'ACTIVE' | 'RETURNED' | 'REJECTED';
    readonly rentedAt: string;
    readonly dueAt?: string;
    readonly renewals?: number;
    readonly returnedAt?: string;
    readonly rejected?: Rejection;
  };
  readonly reserve?: {
    readonly seq: number;
    readonly reservationId?: string;
    readonly refused?: Rejection;
  };
}

/** Views of the release before have the English sentence of the rule alone. */
export interface Rejection {
  readonly code: RefusalCode;
  readonly rule: string;
  readonly ruleCode?: string | undefined;
}
