import type { SignatureParts } from '@rentalbook/service-kit/signed-text';
import { newSigningKey, type SigningKey } from '@rentalbook/service-kit/signing-keys';

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
