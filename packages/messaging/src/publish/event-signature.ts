import { MalformedEvent } from '@rentalbook/event-contracts';
import type { ReceivedMessage } from '../dead-letters/dead-letters';

/** The header of an event's record in which its source proves that it wrote key and value. */
export const SIGNATURE_HEADER = 'signature';

/** A record of the topic, as its source wrote it. */
export interface SignedRecord {
  readonly key: string;
  readonly value: string | Buffer;
}

/** Makes and checks the signatures of events. */
export interface EventSignatures {
  /** Signs a record of this service; undefined where it has no key. */
  readonly sign: ((record: SignedRecord) => string) | undefined;
  /** The service that signed a record; undefined when no accepted key did. */
  signerOf(signature: string, record: SignedRecord): string | undefined;
  /** Whether there are keys to check signatures with; without any the topic is trusted. */
  readonly checks: boolean;
  /** Whether events without a signature are taken: during an upgrade from a release that published none. */
  readonly takesUnsigned: boolean;
}

/** For tests and tools that trust the topic: no event is signed or checked. */
export const unsigned: EventSignatures = {
  sign: undefined,
  signerOf: () => undefined,
  checks: false,
  takesUnsigned: true,
};

/** A record does not prove that its source wrote it. */
export class ForgedEvent extends MalformedEvent {}

/** A record has no signature, and those are not taken. */
export class UnsignedEvent extends ForgedEvent {}

/** Whether there is nothing to check where signatures are checked. */
export const isUnsigned = ({ headers }: Pick<ReceivedMessage, 'headers'>, { checks }: EventSignatures): boolean =>
  checks && headers[SIGNATURE_HEADER] === undefined;

/**
 * The service that signed a message, before anything of its value is read; undefined for one without a signature, where
 * those are taken, and where nothing is checked. Throws {@link ForgedEvent}.
 */
export function signerOf({ key, value, headers }: ReceivedMessage, signatures: EventSignatures): string | undefined {
  if (!signatures.checks) return undefined;
  const signature = headers[SIGNATURE_HEADER];
  if (signature === undefined) {
    if (signatures.takesUnsigned) return undefined;
    throw new UnsignedEvent('The message has no signature, and UNSIGNED_EVENTS is refuse.');
  }
  const signer = signatures.signerOf(signature, { key: key ?? '', value: value ?? '' });
  if (signer === undefined) throw new ForgedEvent('No accepted key made the signature of the message.');
  return signer;
}
