import { createDerivedValues, type AggregateModel } from '@rentalbook/aggregate-store';
import type { QueueOutlooks } from '../application/ports';
import { queueOutlookOf, type QueueOutlook } from '../application/queue-outlook';

const MAX_BYTES = 16 * 1_024 * 1_024;
const TICKET_BYTES = 8;
const DATE_BYTES = 64;

/** The queues come from the documents that decide them, so that a number is exact whatever the read collections have applied. */
export const queueOutlooksIn = (aggregates: AggregateModel): QueueOutlooks =>
  createDerivedValues(aggregates, {
    derive: queueOutlookOf,
    maxBytes: MAX_BYTES,
    bytesOf: ({ waiting, dueDates }: QueueOutlook) => waiting.length * TICKET_BYTES + dueDates.length * DATE_BYTES,
  });
