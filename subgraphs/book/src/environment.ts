import {
  commandSettings,
  commonSettings,
  engineSettings,
  port,
  readSettings,
  signingSettings,
  subgraphSettings,
} from '@rentalbook/service-kit';

/** The settings of this service; throws SettingsError naming every one that is missing or wrong. */
export const readEnvironment = () =>
  readSettings(
    {
      ...commonSettings,
      ...engineSettings,
      ...commandSettings,
      ...signingSettings,
      ...subgraphSettings,
      PORT: port.default(4001),
    },
    process.env,
  );
