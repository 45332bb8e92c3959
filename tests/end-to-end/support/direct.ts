import { createIdentitySigner, IDENTITY_HEADER, type Caller } from '@rentalbook/service-kit/identity';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SharedSystem } from './shared-system';

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

/** The header with which the router tells a subgraph who asks, made with the system's own secret or another. */
export function identityHeader(
  { dataDir }: Pick<SharedSystem, 'dataDir'>,
  caller: Caller | null,
  body: string,
  secret = readFileSync(join(dataDir, 'keys/identity-secret'), 'utf8'),
): Record<string, string> {
  return { [IDENTITY_HEADER]: createIdentitySigner(secret).sign(caller, body) };
}
