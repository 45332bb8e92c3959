import type { KeySource } from '../environment';
import { openKeyFile } from './key-file';
import type { KeyOf, KeySetOptions } from './key-set';
import { openRemoteKeys } from './remote-keys';

/** The public keys that tokens are checked with; throws SettingsError for a file that holds none. */
export const openKeys = (source: KeySource, options: KeySetOptions): KeyOf =>
  'file' in source ? openKeyFile(source.file, options) : openRemoteKeys(source.url, options);
