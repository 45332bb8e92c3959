import type { KeySource } from '../environment';
import { openKeyFile } from './key-file';
import type { KeySetOptions, OpenKeys } from './key-set';
import { openRemoteKeys } from './remote-keys';

/** The public keys that tokens are checked with; throws SettingsError for a file that holds none. */
export const openKeys = (source: KeySource, options: KeySetOptions): OpenKeys =>
  'file' in source ? { keyOf: openKeyFile(source.file, options) } : openRemoteKeys(source.url, options);
