import { createHmac, timingSafeEqual } from 'node:crypto';

/** Makes opaque strings that clients hand back to us, and tells ours from forged or foreign ones. */
export interface Seal {
  seal(value: unknown): string;
  /** The value that was sealed for the same purpose, or undefined when this service family did not make the string. */
  open(sealed: string): unknown;
}

const MAC_BYTES = 16;

/** `purpose` keeps a string made for one use from being accepted for another. */
export function createSeal(secret: string, purpose: string): Seal {
  const mac = (payload: Buffer): Buffer =>
    createHmac('sha256', secret).update(purpose).update('\0').update(payload).digest().subarray(0, MAC_BYTES);
  return {
    seal(value) {
      const payload = Buffer.from(JSON.stringify(value));
      return Buffer.concat([mac(payload), payload]).toString('base64url');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== sealed) return undefined;
      const payload = bytes.subarray(MAC_BYTES);
      if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), mac(payload))) return undefined;
      return JSON.parse(payload.toString('utf8')) as unknown;
    },
  };
}
