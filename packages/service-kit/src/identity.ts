import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { forbidden, unauthenticated } from './errors';
import { createSeal } from './seal';

export type Role = 'member' | 'librarian';

/** Who asks: a signed-in person, as the router verified it. */
export interface Caller {
  readonly memberId: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** The header in which an identity travels between our own services. */
export const IDENTITY_HEADER = 'x-rentalbook-identity';
const LIFETIME_MS = 30_000;
const PURPOSE = 'subgraph-identity';

/** The header is missing, forged, stale, used before, or was made for another body. */
export class IdentityRefused extends Error {
  override readonly name = 'IdentityRefused';
}

export interface IdentitySigner {
  /** Signs who asks (null: anybody) together with the exact bytes of the request's body. */
  sign(caller: Caller | null, body: string | Buffer): string;
}

export interface IdentityVerifier {
  /** Returns the caller, or null for anybody; throws {@link IdentityRefused}. A header is good once in a process. */
  verify(header: string | undefined, body: string | Buffer): Caller | null;
}

const identitySchema = z.object({
  id: z.string(),
  expiresAt: z.number(),
  bodyHash: z.string(),
  caller: z
    .object({ memberId: z.string(), name: z.string(), roles: z.array(z.enum(['member', 'librarian'])) })
    .nullable(),
});

const hash = (body: string | Buffer): string => createHash('sha256').update(body).digest('base64url');

export function createIdentitySigner(secret: string): IdentitySigner {
  const seal = createSeal(secret, PURPOSE);
  return {
    sign(caller, body) {
      const identity = { id: randomUUID(), expiresAt: Date.now() + LIFETIME_MS, bodyHash: hash(body), caller };
      return seal.seal(identity);
    },
  };
}

export function createIdentityVerifier(secret: string): IdentityVerifier {
  const seal = createSeal(secret, PURPOSE);
  const used = new UsedOnce(LIFETIME_MS * 2);
  return {
    verify(header, body) {
      if (!header) throw new IdentityRefused('the identity header is missing');
      const { success, data: identity } = identitySchema.safeParse(seal.open(header));
      if (!success || identity.expiresAt <= Date.now()) throw new IdentityRefused('the identity header is not valid');
      if (identity.bodyHash !== hash(body)) throw new IdentityRefused('the identity header belongs to another request');
      if (!used.firstUse(identity.id)) throw new IdentityRefused('the identity header was used before');
      return identity.caller;
    },
  };
}

/** Remembers ids in this process for at least `ms` milliseconds, in two generations, so that memory stays bounded without timers. */
class UsedOnce {
  private current = new Set<string>();
  private previous = new Set<string>();
  private turnedAt = Date.now();
  constructor(private readonly ms: number) {}

  firstUse(id: string): boolean {
    if (Date.now() - this.turnedAt > this.ms) {
      this.previous = this.current;
      this.current = new Set();
      this.turnedAt = Date.now();
    }
    if (this.current.has(id) || this.previous.has(id)) return false;
    this.current.add(id);
    return true;
  }
}

/** The caller, when signed in; throws UNAUTHENTICATED. */
export function requireCaller(caller: Caller | null): Caller {
  if (!caller) throw unauthenticated('Sign in first: send a valid token as "authorization: Bearer …".');
  return caller;
}

/** The caller, when in one of the roles; throws UNAUTHENTICATED or FORBIDDEN. */
export function requireRole(caller: Caller | null, ...roles: readonly Role[]): Caller {
  const known = requireCaller(caller);
  if (roles.some((role) => known.roles.includes(role))) return known;
  const has = known.roles.length === 0 ? 'no role' : `the role ${known.roles.join(', ')}`;
  throw forbidden(`This is for a ${roles.join(' or a ')}; your token has ${has}.`);
}
