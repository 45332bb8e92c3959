import { SIGNATURE_HEADER, type OutgoingMessage } from '@rentalbook/messaging';
import { createEventSignatures } from '@rentalbook/service-kit';
import type { SigningKey } from '@rentalbook/service-kit/signing-keys';
import { signingWith } from '@rentalbook/test-kit/signatures';
import { randomUUID } from 'node:crypto';

/** Whose signature a record carries: a key, in the name of a service. */
export interface Signed {
  readonly key: SigningKey;
  readonly as: string;
}

/** A record of Reserve for MyPage about a reservation of the member; without `signed` it has no signature. */
export function subscribedRecord(memberId: string, title: string, signed?: Signed): OutgoingMessage {
  const bookId = randomUUID();
  const value = JSON.stringify({
    id: randomUUID(),
    source: 'reserve',
    eventType: 'Subscribed',
    timestamp: new Date().toISOString(),
    schemaVersion: 1,
    key: bookId,
    sequence: 1,
    correlationId: randomUUID(),
    actor: memberId,
    data: {
      reservationId: randomUUID(),
      userId: memberId,
      userNm: memberId,
      bookId,
      bookNm: title,
      ticket: 1,
      status: 'Booking',
    },
  });
  const record = { key: bookId, value };
  return {
    ...record,
    headers: { 'content-type': 'application/json', ...(signed && { [SIGNATURE_HEADER]: signatureOf(record, signed) }) },
  };
}

function signatureOf(record: { readonly key: string; readonly value: string }, { key, as }: Signed): string {
  const signature = createEventSignatures(signingWith(key), as, false).sign?.(record);
  if (signature === undefined) throw new Error(`${as} has no key to sign with`);
  return signature;
}
