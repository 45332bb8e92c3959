import {
  createIdentitySigner,
  GRAPHQL_PATH,
  IDENTITY_HEADER,
  IDENTITY_PURPOSE,
  type Caller,
} from '@rentalbook/service-kit/identity';
import { createSignedTexts, type SignatureParts } from '@rentalbook/service-kit/signed-text';
import type { SigningKey } from '@rentalbook/service-kit/signing-keys';
import { bar } from '../support/drill';
import type { Stage } from '../support/stage';

const LIBRARIAN: Caller = { memberId: 'intruder', name: 'Intruder', roles: ['member', 'librarian'] };
const BODY = '{"query":"{ __typename }"}';

/** What an identity is signed with: a key, or, as in the release before, a secret. */
export type SignedWith = Pick<SignatureParts, 'version' | 'secrets' | 'signingKey'>;
export const withKey = (key: SigningKey): SignedWith => ({ version: 2, secrets: () => [], signingKey: () => key });
export const withSecret = (secret: string): SignedWith => ({ version: 1, secrets: () => [secret] });

/**
 * Sends a librarian's identity to a service, from where the router stands, whose requests the network lets through; resolves
 * to the status of the answer.
 */
export async function present(
  { cluster }: Stage,
  service: string,
  signedWith: SignedWith,
  path = GRAPHQL_PATH,
): Promise<string> {
  const [router] = await cluster.readyPods('gateway');
  bar(router !== undefined, 'no pod of the router is ready');
  const texts = createSignedTexts({ ...signedWith, acceptedKeys: () => new Map() }, IDENTITY_PURPOSE);
  const identity = createIdentitySigner(texts).sign(LIBRARIAN, { audience: service, path, body: BODY });
  const request = {
    method: 'POST',
    body: BODY,
    headers: { 'content-type': 'application/json', [IDENTITY_HEADER]: identity },
  };
  return cluster.node(
    router.metadata.name,
    `fetch('http://${service}:8080${path}', ${JSON.stringify(request)}).then(({ status }) => process.stdout.write(String(status)))`,
  );
}
