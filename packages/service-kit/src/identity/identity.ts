import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SignedTexts } from './signed-text';

export type Role = 'member' | 'librarian';

/** The caller: a signed-in person, as the router verified it. */
export interface Caller {
  readonly memberId: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** The header in which an identity travels between our own services. */
export const IDENTITY_HEADER = 'x-rentalbook-identity';
export const GRAPHQL_PATH = '/graphql';
/** The one service that signs identities for {@link GRAPHQL_PATH}. */
export const ROUTER = 'router';
/** The purpose in the signature of identities, which separates them from other signed texts. */
export const IDENTITY_PURPOSE = 'subgraph-identity';
const LIFETIME_MS = 30_000;

/** The header is missing, forged, stale, used before, or was made for another request. */
export class IdentityRefused extends Error {
  override readonly name = 'IdentityRefused';
}

/** The one request that an identity is made for. */
export interface SignedRequest {
  /** The service that gets it. */
  readonly audience: string;
  readonly path: string;
  /** The exact bytes. */
  readonly body: string | Buffer;
}

export interface IdentitySigner {
  /** Signs the caller (null: anonymous) together with the request. */
  sign(caller: Caller | null, request: SignedRequest): string;
}

/** The content of a verified identity. */
export interface Identity {
  /** Of this request alone: the same id again is the same request again. */
  readonly id: string;
  readonly signedAt: Date;
  /** Null for anybody. */
  readonly caller: Caller | null;
}

export interface IdentityVerifier {
  /** Throws {@link IdentityRefused}. A header is good once in a process. */
  verify(header: string | undefined, request: Pick<SignedRequest, 'path' | 'body'>): Identity;
}

export interface VerifierOptions {
  readonly texts: SignedTexts;
  /** The service that verifies, which the identity has to be made for. */
  readonly audience: string;
  /** Which service signs identities for a path; a path that is missing is for none. */
  readonly signers: Readonly<Record<string, string>>;
}

/** Version 1 has neither audience nor path. */
const identitySchema = z.object({
  id: z.string(),
  expiresAt: z.number(),
  bodyHash: z.string(),
  audience: z.string().optional(),
  path: z.string().optional(),
  caller: z
    .object({ memberId: z.string(), name: z.string(), roles: z.array(z.enum(['member', 'librarian'])) })
    .nullable(),
});

const hash = (body: string | Buffer): string => createHash('sha256').update(body).digest('base64url');

export const createIdentitySigner = (texts: Pick<SignedTexts, 'sign'>): IdentitySigner => ({
  sign: (caller, { audience, path, body }) =>
    texts.sign({ id: randomUUID(), expiresAt: Date.now() + LIFETIME_MS, bodyHash: hash(body), audience, path, caller }),
});

export function createIdentityVerifier({ texts, audience, signers }: VerifierOptions): IdentityVerifier {
  const used = new UsedOnce(LIFETIME_MS * 2);
  return {
    verify(header, { path, body }) {
      if (!header) throw new IdentityRefused('the identity header is missing');
      const opened = texts.open(header);
      const { success, data: identity } = identitySchema.safeParse(opened?.value);
      if (!opened || !success) throw new IdentityRefused('the identity header is not valid');
      const leftMs = identity.expiresAt - Date.now();
      // Used identities are kept for this long.
      if (leftMs <= 0 || leftMs > LIFETIME_MS * 2) throw new IdentityRefused('the identity header is not of this time');
      requirePlace(identity, opened.by, path);
      if (identity.bodyHash !== hash(body)) throw new IdentityRefused('the identity header belongs to another request');
      if (!used.firstUse(identity.id)) throw new IdentityRefused('the identity header was used before');
      const { id, expiresAt, caller } = identity;
      return { id, caller, signedAt: new Date(expiresAt - LIFETIME_MS) };
    },
  };

  function requirePlace(identity: z.infer<typeof identitySchema>, by: string | undefined, path: string): void {
    // The release before names neither, and its secret names no service.
    if (by === undefined && identity.audience === undefined) return;
    if (identity.audience !== audience) throw new IdentityRefused('the identity header is for another service');
    if (identity.path !== path) throw new IdentityRefused('the identity header is for another path');
    if (by !== undefined && signers[path] !== by) throw new IdentityRefused(`${by} signs no identities for this path`);
  }
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
