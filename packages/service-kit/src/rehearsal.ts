import { setTimeout as delay } from 'node:timers/promises';
import type { HttpService } from './http-service';
import {
  createIdentitySigner,
  GRAPHQL_PATH,
  IDENTITY_HEADER,
  IDENTITY_PURPOSE,
  ROUTER,
  type IdentitySigner,
} from './identity';
import type { Logger } from './logger';
import { createSignedTexts, type SignatureParts, type SignedTexts } from './signed-text';
import { newSigningKey, type AcceptedKey, type AcceptedKeys } from './signing-keys';

/** As many side by side as a service keeps connections open; the second round is to find what is done only once done. */
const AT_ONCE = 4;
const ROUNDS = 2;
/** Somebody waits for the service: what the rehearsal did not reach by then, the first requests will. */
const GIVEN_UP_AFTER_MS = 5_000;
const CALLER = { memberId: 'rehearsal', name: 'Rehearsal', roles: ['member'] } as const;

export interface Rehearsal {
  /** What readers will ask. */
  readonly query: string;
  /** The service itself. */
  readonly audience: string;
  readonly signer: IdentitySigner;
}

/** Signs a service's requests to itself, as the router does, with a key that no other process knows. */
export function ownSignatures(parts: SignatureParts): {
  readonly signer: IdentitySigner;
  /** Opens those and what others signed; until `end`, those no more. */
  readonly texts: SignedTexts;
  end(): void;
} {
  const { kid, privateKey, publicKey } = newSigningKey();
  let own: [string, AcceptedKey][] = [[kid, { service: ROUTER, publicKey }]];
  const acceptedKeys = (): AcceptedKeys =>
    own.length > 0 ? new Map([...parts.acceptedKeys(), ...own]) : parts.acceptedKeys();
  const signing: SignatureParts = { ...parts, version: 2, signingKey: () => ({ kid, privateKey }), acceptedKeys };
  const texts = createSignedTexts(signing, IDENTITY_PURPOSE);
  return {
    signer: createIdentitySigner(texts),
    texts,
    end() {
      own = [];
    },
  };
}

/**
 * Asks a service that has just started what readers will ask, before it says that it is ready: code is compiled and
 * connections are open when the first of them comes. On half a processor that is a second or more, which they would wait.
 * A rehearsal that fails is logged, and no reason to stay unready: readiness itself says what is missing.
 */
export async function rehearse(
  http: Pick<HttpService, 'inject'>,
  { query, audience, signer }: Rehearsal,
  logger: Logger,
  withinMs = GIVEN_UP_AFTER_MS,
): Promise<void> {
  const payload = JSON.stringify({ query });
  const ask = async (): Promise<void> => {
    const identity = signer.sign(CALLER, { audience, path: GRAPHQL_PATH, body: payload });
    const { body } = await http.inject({
      method: 'POST',
      url: GRAPHQL_PATH,
      headers: { 'content-type': 'application/json', [IDENTITY_HEADER]: identity },
      payload,
    });
    const { errors } = JSON.parse(body) as { readonly errors?: unknown };
    if (errors !== undefined) throw new Error(`the rehearsal was answered ${body}`);
  };
  const enough = new AbortController();
  const allRounds = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS && !enough.signal.aborted; round += 1)
      await Promise.all(Array.from({ length: AT_ONCE }, ask));
  };
  try {
    await Promise.race([allRounds(), delay(withinMs, undefined, { signal: enough.signal })]);
  } catch (error) {
    logger.warn({ err: error }, 'the rehearsal failed');
  } finally {
    enough.abort();
  }
}
