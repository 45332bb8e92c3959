import { commonSettings, engineSettings, port, readSettings } from '@rentalbook/service-kit';

/** The settings of this service; throws SettingsError naming every one that is missing or wrong. */
export const readEnvironment = () =>
  readSettings({ ...commonSettings, ...engineSettings, PORT: port.default(4004) }, process.env);

/** The settings of a rebuild, which serves nobody. */
export const readRebuildEnvironment = () => readSettings(engineSettings, process.env);
