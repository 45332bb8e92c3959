import {
  createIdentitySigner,
  GRAPHQL_PATH,
  IDENTITY_HEADER,
  IDENTITY_PURPOSE,
  type Caller,
} from '@rentalbook/service-kit/identity';
import { createSignedTexts, type SignatureParts } from '@rentalbook/service-kit/signed-text';
import { bar } from '../support/drill';
import type { Stage } from '../support/stage';

const LIBRARIAN: Caller = { memberId: 'intruder', name: 'Intruder', roles: ['member', 'librarian'] };
const BODY = '{"query":"{ __typename }"}';

/** As the release before signs an identity, with a secret instead of a key. */
export const signingWithSecret = (secret: string): SignatureParts => ({
  version: 1,
  secrets: () => [secret],
  acceptedKeys: () => new Map(),
});

/**
 * Sends a librarian's identity to a service, from where the router stands, whose requests the network lets through; resolves
 * to the status of the answer.
 */
export async function present(
  { cluster }: Stage,
  service: string,
  parts: SignatureParts,
  path = GRAPHQL_PATH,
): Promise<string> {
  const [router] = await cluster.readyPods('gateway');
  bar(router !== undefined, 'no pod of the router is ready');
  const identity = createIdentitySigner(createSignedTexts(parts, IDENTITY_PURPOSE)).sign(LIBRARIAN, {
    audience: service,
    path,
    body: BODY,
  });
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
