import {
  commandSettings,
  commonSettings,
  engineSettings,
  port,
  readSettings,
  signingSettings,
  subgraphSettings,
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
      PORT: port.default(4002),
      POLICY_DIR: z.string().optional(),
    },
    process.env,
  );
