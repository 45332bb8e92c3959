import { pause } from '@rentalbook/timing';
import type { HttpService } from '../http/http-service';
import {
  createIdentitySigner,
  GRAPHQL_PATH,
  IDENTITY_HEADER,
  IDENTITY_PURPOSE,
  ROUTER,
  type IdentitySigner,
} from '../identity/identity';
import type { Logger } from '../process/logger';
import { createSignedTexts, type SignatureParts, type SignedTexts } from '../identity/signed-text';
import { newSigningKey, type AcceptedKey, type AcceptedKeys } from '../identity/signing-keys';

/** One request per pooled connection; a second round so that caches are warm. */
const AT_ONCE = 4;
const ROUNDS = 2;
/** A deployment waits for the service: what the warm-up has not reached by then, the first requests warm up. */
const GIVEN_UP_AFTER_MS = 5_000;
const CALLER = { memberId: 'warm-up', name: 'Warm-up', roles: ['member'] } as const;

export interface WarmUp {
  /** A query that touches what most requests need. */
  readonly query: string;
  /** The service itself. */
  readonly audience: string;
  readonly signer: IdentitySigner;
}

/** Signs a service's requests to itself, as the router does, with a key that no other process knows. */
export function ownSignatures(parts: SignatureParts): {
  readonly signer: IdentitySigner;
  /** Verifies its own signatures until `end`, and those of others. */
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
 * Sends typical requests to a service that has just started, before it is ready: code is compiled and connections are open
 * when the first client's request arrives. On half a processor that takes a second or more, which clients would wait.
 * A warm-up that fails is logged and does not keep the service unready: readiness checks report what is missing.
 */
export async function warmUp(
  http: Pick<HttpService, 'inject'>,
  { query, audience, signer }: WarmUp,
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
    if (errors !== undefined) throw new Error(`the warm-up was answered ${body}`);
  };
  const enough = new AbortController();
  const allRounds = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS && !enough.signal.aborted; round += 1)
      await Promise.all(Array.from({ length: AT_ONCE }, ask));
  };
  try {
    await Promise.race([allRounds(), pause(withinMs, { signal: enough.signal })]);
  } catch (error) {
    logger.warn({ err: error }, 'the warm-up failed');
  } finally {
    enough.abort();
  }
}
