import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signs opaque strings that clients send back, and verifies them. */
export interface Seal {
  seal(value: unknown): string;
  /** The value that was sealed for the same purpose, or undefined when its signature is not ours. */
  open(sealed: string): unknown;
}

/** What a sealed text begins with. */
export const MAC_BYTES = 16;

/**
 * Signs with the first of the secrets and verifies with all of them, so that secrets can be rotated. `purpose` keeps a
 * string made for one use from being accepted for another.
 */
export function createSeal(secrets: () => readonly string[], purpose: string): Seal {
  const mac = (secret: string, payload: Buffer): Buffer =>
    createHmac('sha256', secret).update(purpose).update('\0').update(payload).digest().subarray(0, MAC_BYTES);
  return {
    seal(value) {
      const [secret] = secrets();
      if (secret === undefined) throw new Error('there is no secret to seal with');
      const payload = Buffer.from(JSON.stringify(value));
      return Buffer.concat([mac(secret, payload), payload]).toString('base64url');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== sealed) return undefined;
      const payload = bytes.subarray(MAC_BYTES);
      const sent = bytes.subarray(0, MAC_BYTES);
      if (!secrets().some((secret) => timingSafeEqual(sent, mac(secret, payload)))) return undefined;
      return JSON.parse(payload.toString('utf8')) as unknown;
    },
  };
}
