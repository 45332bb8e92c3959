import { errorCode, SettingsError, versionOf, watch } from '@rentalbook/service-kit';
import { readFileSync } from 'node:fs';
import { parseKeySet, type KeyOf, type KeySetOptions } from './key-set';

/** The keys of a file, as {@link watch} reads it. Throws SettingsError when it cannot be read at the start. */
export function openKeyFile(file: string, options: KeySetOptions): KeyOf {
  const keys = watch({ place: file, version: () => versionOf(file), read: () => readKeys(file) }, options);
  return (header) => keys()(header);
}

function readKeys(file: string): KeyOf {
  try {
    return parseKeySet(readFileSync(file, 'utf8'));
  } catch (error) {
    const missing = errorCode(error) === 'ENOENT';
    const fault = missing ? 'does not exist' : 'is not a readable JSON Web Key Set';
    throw new SettingsError(`Setting JWT_JWKS_FILE: the file "${file}" ${fault}; name a file with {"keys": [ … ]}.`);
  }
}
