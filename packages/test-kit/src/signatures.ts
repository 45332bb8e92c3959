import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { SIGNATURE_HEADER } from '@rentalbook/messaging/event-signature';
import { createEventSignatures } from '@rentalbook/service-kit/event-signatures';
import type { SignatureParts } from '@rentalbook/service-kit/signed-text';
import { newSigningKey, signingKeyFrom, type SigningKey } from '@rentalbook/service-kit/signing-keys';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type EventSource = RentalbookEvent['source'];
interface UnsignedRecord {
  readonly key: string;
  readonly value: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestSignatures {
  /** Signs as a service; whatever any of the services signed is opened. */
  of(service: string): SignatureParts;
}

/** Signs with a key, and opens nothing. */
export const signingWith = (key: SigningKey): SignatureParts => ({
  version: 2,
  secrets: () => [],
  signingKey: () => key,
  acceptedKeys: () => new Map(),
});

interface Keys {
  readonly dataDir: string;
  /** For which NODE_ENV the keys were made; by default `development`. */
  readonly keyMode?: 'development' | 'production';
}

/** The key that a service of the system signs with. */
export const keyOf = ({ dataDir, keyMode = 'development' }: Keys, service: 'router' | EventSource): SigningKey =>
  signingKeyFrom(
    readFileSync(join(dataDir, 'keys', keyMode, `${service}.signing-key.pem`), 'utf8'),
    keyMode === 'production',
  );

/** Signs records as a service of the system does; one with a signature keeps that. */
export function signedBy(system: Keys, source: EventSource) {
  const { sign } = createEventSignatures(signingWith(keyOf(system, source)), source, false);
  return <Record extends UnsignedRecord>(record: Record) => {
    const signature = sign?.({ key: record.key, value: record.value ?? '' }) ?? '';
    return { ...record, headers: { [SIGNATURE_HEADER]: signature, ...record.headers } };
  };
}

/** Services with a key each, which the others accept; keys of another call are foreign. */
export function testSignatures(...services: readonly string[]): TestSignatures {
  const keys = new Map(services.map((service) => [service, newSigningKey()]));
  const accepted = new Map([...keys].map(([service, { kid, publicKey }]) => [kid, { service, publicKey }]));
  return {
    of(service) {
      const key = keys.get(service);
      return {
        version: 2,
        secrets: () => [],
        acceptedKeys: () => accepted,
        ...(key && { signingKey: () => key }),
      };
    },
  };
}
