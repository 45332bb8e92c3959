import {
  commonSettings,
  engineSettings,
  port,
  readSettings,
  subgraphSettings,
  tracingSettings,
  timeZone,
} from '@rentalbook/service-kit';

/** The settings of this service; throws SettingsError naming every one that is missing or wrong. */
export const readEnvironment = () =>
  readSettings(
    {
      ...commonSettings,
      ...engineSettings,
      ...subgraphSettings,
      ...tracingSettings,
      PORT: port.default(4004),
      /** The time zone of the library, for dates in texts. */
      LIBRARY_TZ: timeZone.default('UTC'),
    },
    process.env,
  );

/** The settings of a rebuild, which serves no requests. */
export const readRebuildEnvironment = () => {
  const { NODE_ENV } = commonSettings;
  return readSettings({ ...engineSettings, ...subgraphSettings, NODE_ENV }, process.env);
};
