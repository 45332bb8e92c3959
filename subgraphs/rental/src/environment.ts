import {
  commandSettings,
  commonSettings,
  engineSettings,
  port,
  readSettings,
  signingSettings,
  subgraphSettings,
  tracingSettings,
} from '@rentalbook/service-kit';
import { z } from 'zod';

/** The settings of this service; throws SettingsError naming every one that is missing or wrong. */
export const readEnvironment = () =>
  readSettings(
    {
      ...commonSettings,
      ...engineSettings,
      ...commandSettings,
      ...signingSettings,
      ...subgraphSettings,
      ...tracingSettings,
      PORT: port.default(4003),
      POLICY_DIR: z.string().optional(),
      RESERVE_URL: z.url().default('http://localhost:4002'),
      RENT_DECISION_WAIT_MS: z.coerce.number().int().min(0).max(30_000).default(2_000),
      RENT_REQUEST_TIMEOUT: z.coerce.number().int().min(100).max(86_400_000).default(30_000),
      RETURN_DEADLINE_MS: z.coerce.number().int().min(1).max(30_000).default(1_500),
    },
    process.env,
  );
