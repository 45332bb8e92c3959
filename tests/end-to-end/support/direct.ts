import {
  createIdentitySigner,
  GRAPHQL_PATH,
  IDENTITY_HEADER,
  IDENTITY_PURPOSE,
  type Caller,
} from '@rentalbook/service-kit/identity';
import { createSignedTexts } from '@rentalbook/service-kit/signed-text';
import type { SigningKey } from '@rentalbook/service-kit/signing-keys';
import { keyOf, signingWith } from '@rentalbook/test-kit/signatures';
import type { SharedSystem } from './shared-system';
import type { SubgraphName } from '../../../tools/services';

interface Answer {
  readonly status: number;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Asks a subgraph past the router, with whatever headers. */
export async function askDirectly(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, ...((await response.json()) as object) };
}

/** A request, signed for exactly this subgraph, path, caller and body; by default as the router makes it. */
export interface SignedRequest {
  readonly subgraph: SubgraphName;
  readonly caller: Caller | null;
  readonly body: string;
  readonly path?: string;
  readonly key?: SigningKey;
}

/** The header with which the router identifies the caller to a subgraph. */
export function identityHeader(
  system: Pick<SharedSystem, 'dataDir'>,
  { subgraph, caller, body, path = GRAPHQL_PATH, key = keyOf(system, 'router') }: SignedRequest,
): Record<string, string> {
  const signer = createIdentitySigner(createSignedTexts(signingWith(key), IDENTITY_PURPOSE));
  return { [IDENTITY_HEADER]: signer.sign(caller, { audience: subgraph, path, body }) };
}
