import * as fc from 'fast-check';

export const LONG_AGO = '2001-01-01T00:00:00.000Z';
export const FAR_AHEAD = '2999-01-01T00:00:00.000Z';

export const statuses = [
  'BOOKING',
  'READY',
  'START_RENTAL',
  'ON_RENTAL',
  'OVERDUE',
  'RETURN_COMPLETE',
  'CANCELLED',
  'EXPIRED',
  'REJECTED',
] as const;

export const reservationPart = fc.record({
  seq: fc.constant(1),
  status: fc.constantFrom('WAITING', 'READY', 'CANCELLED', 'EXPIRED', 'FULFILLED'),
  updatedAt: fc.constant(LONG_AGO),
});

/** Whatever Rental's events can have left, each consumed or not. */
export const rentalPart = fc.oneof(
  fc.record({
    seq: fc.constant(1),
    phase: fc.constantFrom('REQUESTED', 'REJECTED'),
    updatedAt: fc.constant(LONG_AGO),
  }),
  fc.record({
    seq: fc.constant(2),
    phase: fc.constantFrom('ACTIVE', 'RETURNED'),
    dueAt: fc.constantFrom(LONG_AGO, FAR_AHEAD),
    updatedAt: fc.constant(LONG_AGO),
  }),
);

export const decisionPart = fc.oneof(
  fc.record({ seq: fc.constant(1), decision: fc.constantFrom('CHECKED', 'REFUSED'), updatedAt: fc.constant(LONG_AGO) }),
  fc.record({
    seq: fc.constant(1),
    decision: fc.constantFrom('CHECKED', 'REFUSED_ON_RESERVATION'),
    reservationId: fc.constant('reservation'),
    updatedAt: fc.constant(LONG_AGO),
  }),
  fc.record({
    seq: fc.constant(2),
    decision: fc.constant('CHECKED'),
    back: fc.constant(true),
    updatedAt: fc.constant(LONG_AGO),
  }),
);

export const stored = fc.oneof(
  fc.record({ reserve: reservationPart }),
  fc.oneof(
    fc.record({ rental: rentalPart }),
    fc.record({ reserve: decisionPart }),
    fc.record({ rental: rentalPart, reserve: decisionPart }),
  ),
);

export const pages = fc.record({
  rows: fc.array(stored, { maxLength: 25 }),
  size: fc.integer({ min: 1, max: 6 }),
  status: fc.option(fc.subarray([...statuses], { minLength: 1 }), { nil: undefined }),
});
