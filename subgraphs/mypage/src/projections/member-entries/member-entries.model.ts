import type { RefusalCode } from '@rentalbook/event-contracts';
import { Schema, type Connection } from 'mongoose';
import type { Step } from '../../application/views';

type History = Readonly<Record<string, Step>>;

/** A reservation according to Reserve's events. */
export interface ReservationDocument {
  readonly _id: string;
  readonly memberId: string;
  readonly bookId: string;
  readonly bookTitle?: string;
  readonly reserve: {
    readonly seq: number;
    readonly status: 'WAITING' | 'READY' | 'CANCELLED' | 'EXPIRED' | 'FULFILLED';
    readonly statusText?: string;
    readonly ticket?: number;
    readonly pickupBy?: string | null;
    readonly updatedAt: string;
  };
  readonly history: History;
}

/** A rental: one part according to Rental's events, one according to Reserve's. Neither waits for the other. */
export interface RentalDocument {
  readonly _id: string;
  readonly memberId: string;
  readonly bookId: string;
  readonly bookTitle?: string;
  readonly rental?: {
    readonly seq: number;
    readonly phase: 'REQUESTED' | 'ACTIVE' | 'RETURNED' | 'REJECTED';
    readonly dueAt?: string;
    readonly updatedAt: string;
  };
  readonly reserve?: {
    readonly seq: number;
    /** REFUSED in documents of the version before does not concern a reservation. */
    readonly decision: 'CHECKED' | 'REFUSED' | 'REFUSED_ON_RESERVATION';
    /** The reservation that the rental came from, or that the refusal rests on. */
    readonly reservationId?: string;
    readonly refused?: RefusalCode;
    readonly back?: boolean;
    readonly updatedAt: string;
  };
  readonly history: History;
}

const part = Schema.Types.Mixed;
const identity = {
  _id: { type: String, required: true },
  memberId: { type: String },
  bookId: { type: String },
  bookTitle: { type: String },
} as const;

const reservationSchema = new Schema<ReservationDocument>(
  { ...identity, reserve: { type: part }, history: { type: part } },
  { versionKey: false },
);
reservationSchema.index({ memberId: 1, 'reserve.status': 1, _id: -1 });
reservationSchema.index({ bookId: 1, 'reserve.status': 1, 'reserve.ticket': 1 });

const rentalSchema = new Schema<RentalDocument>(
  { ...identity, rental: { type: part }, reserve: { type: part }, history: { type: part } },
  { versionKey: false },
);
rentalSchema.index({ memberId: 1, _id: -1 });
rentalSchema.index({ memberId: 1, 'rental.phase': 1, 'reserve.decision': 1, _id: -1 });

/** `collectionOf` names the collections of one version of the page. */
export function memberEntryModels(connection: Connection, collectionOf: (view: string) => string) {
  const model = <Document>(view: string, schema: Schema<Document>) =>
    connection.model<Document>(collectionOf(view), schema, collectionOf(view));
  return {
    reservations: model('reservations', reservationSchema),
    rentals: model('rentals', rentalSchema),
  };
}

export type MemberEntryModels = ReturnType<typeof memberEntryModels>;
