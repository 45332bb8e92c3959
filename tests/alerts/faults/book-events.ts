import { randomUUID } from 'node:crypto';

/** An event as Book would publish it, with what the fault is about. */
export const bookEvent = (key: string, sequence: number): string =>
  JSON.stringify({
    id: `0198f3a0-9999-7000-8000-${randomUUID().slice(-12)}`,
    source: 'book',
    eventType: 'Added',
    timestamp: new Date().toISOString(),
    schemaVersion: 1,
    ...{ key, sequence, correlationId: randomUUID(), actor: 'libby' },
    data: { bookId: key, bookNm: 'Put there by a drill', authors: ['A'], isbn: null, copyIds: [], status: 'In stock' },
  });
export const newKey = (): string => `0198f3a0-1111-7000-8000-${randomUUID().slice(-12)}`;
