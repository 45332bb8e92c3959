import { jwtVerify, SignJWT } from 'jose';
import { createHash, randomUUID } from 'node:crypto';
import { forbidden, unauthenticated } from './errors';

export type Role = 'member' | 'librarian';

/** Who asks: a signed-in person, as the router verified it. */
export interface Caller {
  readonly memberId: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** The header in which an identity travels between our own services. */
export const IDENTITY_HEADER = 'x-rentalbook-identity';
const LIFETIME_SECONDS = 30;
const ALGORITHM = 'HS256';
const AUDIENCE = 'rentalbook-subgraph';

/** The header is missing, forged, stale, used before, or was made for another body. */
export class IdentityRefused extends Error {
  override readonly name = 'IdentityRefused';
}

export interface IdentitySigner {
  /** Signs who asks (null: anybody) together with the exact bytes of the request's body. */
  sign(caller: Caller | null, body: string | Buffer): Promise<string>;
}

export interface IdentityVerifier {
  /** Returns the caller, or null for anybody; throws {@link IdentityRefused}. A header is good for one request. */
  verify(header: string | undefined, body: string | Buffer): Promise<Caller | null>;
}

const hash = (body: string | Buffer): string => createHash('sha256').update(body).digest('base64url');
const keyOf = (secret: string): Uint8Array => new TextEncoder().encode(secret);

export function createIdentitySigner(secret: string, issuer: string): IdentitySigner {
  const key = keyOf(secret);
  return {
    sign: (caller, body) =>
      new SignJWT({ caller, body: hash(body) })
        .setProtectedHeader({ alg: ALGORITHM })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${String(LIFETIME_SECONDS)}s`)
        .sign(key),
  };
}

export function createIdentityVerifier(secret: string): IdentityVerifier {
  const key = keyOf(secret);
  const used = new UsedOnce(LIFETIME_SECONDS * 2_000);
  return {
    async verify(header, body) {
      if (!header) throw new IdentityRefused('the identity header is missing');
      const { payload } = await jwtVerify(header, key, {
        algorithms: [ALGORITHM],
        audience: AUDIENCE,
        requiredClaims: ['jti', 'exp', 'body', 'caller'],
      }).catch((error: unknown) => {
        throw new IdentityRefused('the identity header is not valid', { cause: error });
      });
      if (payload['body'] !== hash(body)) throw new IdentityRefused('the identity header belongs to another request');
      if (!payload.jti || !used.firstUse(payload.jti)) throw new IdentityRefused('the identity header was used before');
      return parseCaller(payload['caller']);
    },
  };
}

/** Remembers ids for at least `ms` milliseconds, in two generations, so that memory stays bounded without timers. */
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

function parseCaller(claim: unknown): Caller | null {
  if (claim === null) return null;
  if (typeof claim !== 'object' || !('memberId' in claim) || !('name' in claim) || !('roles' in claim))
    throw new IdentityRefused('the identity header names nobody');
  const { memberId, name, roles } = claim;
  if (typeof memberId !== 'string' || typeof name !== 'string' || !Array.isArray(roles))
    throw new IdentityRefused('the identity header names nobody');
  return { memberId, name, roles: roles.filter((role): role is Role => role === 'member' || role === 'librarian') };
}

/** The caller, when signed in; throws UNAUTHENTICATED. */
export function requireCaller(caller: Caller | null): Caller {
  if (!caller) throw unauthenticated('Sign in first: send a valid token as "authorization: Bearer …".');
  return caller;
}

/** The caller, when in that role; throws UNAUTHENTICATED or FORBIDDEN. */
export function requireRole(caller: Caller | null, role: Role): Caller {
  const known = requireCaller(caller);
  if (known.roles.includes(role)) return known;
  throw forbidden(`This is for a ${role}; your token has the role ${known.roles.join(', ') || 'of nobody'}.`);
}

/**
 * The caller, when it is that member or a librarian; throws UNAUTHENTICATED or FORBIDDEN. What does not exist belongs to
 * nobody, and everybody who is signed in may learn that it does not.
 */
export function requireOwnerOrLibrarian(caller: Caller | null, ownerId: string | undefined): Caller {
  const known = requireCaller(caller);
  if (ownerId === undefined) return known;
  const owns = known.roles.includes('member') && known.memberId === ownerId;
  if (owns || known.roles.includes('librarian')) return known;
  throw forbidden('This belongs to another member.');
}
