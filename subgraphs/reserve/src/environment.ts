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
      PORT: port.default(4002),
      POLICY_DIR: z.string().optional(),
    },
    process.env,
  );
