import type { Logger, ServiceMetrics } from '@rentalbook/service-kit';
import type { Clock } from '@rentalbook/timing';
import type { RouterSettings } from '../environment';
import { createIdentityTokens, type IdentityTokens } from './identity-token';
import { openKeys } from './open-keys';
import { createVerifiedTokens } from './verified-tokens';

interface IdentityTokenDependencies {
  readonly logger: Logger;
  readonly metrics: ServiceMetrics;
  readonly clock: Clock;
}

/** The members' tokens as the settings say, each verified once; measured are the bytes of those, and for how long the issuer's keys last. */
export function openIdentityTokens(
  settings: RouterSettings,
  { logger, metrics, clock }: IdentityTokenDependencies,
): IdentityTokens {
  const verified = createVerifiedTokens();
  const keys = openKeys(settings.keySource, { logger, clock });
  if (keys.secondsLeft) metrics.gauge('token_keys_left_seconds', keys.secondsLeft);
  metrics.gauge('cache_bytes', () => verified.bytes, { cache: 'tokens' });
  return createIdentityTokens({
    verified,
    keys: keys.keyOf,
    issuer: settings.JWT_ISSUER,
    audience: settings.JWT_AUDIENCE,
    algorithm: settings.JWT_ALGORITHM,
    rolesClaim: settings.JWT_ROLES_CLAIM,
    maxLifetimeSeconds: settings.maxTokenLifetimeSeconds,
  });
}
