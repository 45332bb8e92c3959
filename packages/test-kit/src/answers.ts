/** The parts of answers that tests check. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly rule: string;
}

export interface Book {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly statusText: string;
  readonly totalCopies: number;
  readonly availableCopies: number;
  readonly queueLength: number;
}

export interface Reservation {
  readonly id: string;
  readonly status: string;
  readonly statusText: string;
  readonly position: number | null;
  readonly pickupBy: string | null;
  readonly reason: string | null;
}

export interface Rental {
  readonly id: string;
  readonly status: string;
  readonly statusText: string;
  readonly dueAt: string | null;
  readonly returnedAt: string | null;
}

export interface Step {
  readonly event: string;
  readonly statusText: string;
  readonly at: string;
}

export interface Entry {
  readonly id: string;
  readonly bookTitle: string;
  readonly status: string;
  readonly statusText: string;
  readonly position: number | null;
  readonly pickupBy: string | null;
  readonly dueAt: string | null;
  readonly history: readonly Step[];
}

export interface Page {
  readonly activeCount: number;
  readonly waitingCount: number;
  readonly overdueCount: number;
  readonly freshness: { readonly lagMs: number; readonly stale: boolean };
  readonly entries: readonly Entry[];
}

/** The payload of a command: exactly one of `entity` and `refusal` is set. */
export interface Payload<Entity> {
  readonly entity: Entity | null;
  readonly refusal: Refusal | null;
  readonly consistencyToken: string;
}

/** The selected fields of each entity. */
export const selections = {
  book: 'id title status statusText totalCopies availableCopies queueLength',
  reservation: 'id status statusText position pickupBy reason',
  rental: 'id status statusText dueAt returnedAt',
  page: `activeCount waitingCount overdueCount freshness { lagMs stale } entries(first: 100) { edges { node {
    id bookTitle status statusText position pickupBy dueAt history { event statusText at } } } }`,
} as const;
