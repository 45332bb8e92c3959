import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from '../settings/environment';
import { errorCode } from '../process/error-code';
import { createSeal, type Seal } from './seal';
import { secretsFrom, UnfitSecret } from '../settings/secrets';
import { createSignedTexts, type SignatureParts, type SignedTexts } from './signed-text';
import { acceptedKeysFrom, signingKeyFrom, UnfitKey, type AcceptedKeys, type SigningKey } from './signing-keys';
import { versionOf, watch, type WatchOptions } from '../settings/watched';

/** Keys and secrets from the settings; unset where a service does not use them. */
export interface SignatureSettings {
  readonly NODE_ENV: string;
  readonly IDENTITY_SECRET?: string | undefined;
  readonly IDENTITY_SECRET_FILE?: string | undefined;
  readonly SIGNATURE_VERSION?: '1' | '2' | undefined;
  readonly SIGNING_KEY?: string | undefined;
  readonly SIGNING_KEY_FILE?: string | undefined;
  readonly SERVICE_KEYS_DIR?: string | undefined;
  readonly CURSOR_SECRET?: string | undefined;
  readonly CURSOR_SECRET_FILE?: string | undefined;
  readonly UNSIGNED_EVENTS?: 'accept' | 'refuse' | undefined;
}

export interface SignatureNeeds {
  /** Whether the service signs anything for others. */
  readonly signs: boolean;
  /** The services whose keys it must have; without any it accepts no signatures. */
  readonly accepts: readonly string[];
  /** Whether it returns cursors. */
  readonly seals: boolean;
}

export interface Signatures extends SignatureParts {
  texts(purpose: string): SignedTexts;
  readonly cursors: Seal;
}

type SecretName = 'IDENTITY_SECRET' | 'CURSOR_SECRET' | 'SIGNING_KEY';
const KEY_FILE = /^([a-z][a-z0-9-]*)\.pem$/;

/** Reads the keys and secrets, and again whenever their files change. Throws {@link SettingsError} with every fault. */
export function openSignatures(settings: SignatureSettings, needs: SignatureNeeds, options: WatchOptions): Signatures {
  const strict = settings.NODE_ENV === 'production';
  const faults: string[] = [];
  const collected = <Value>(open: () => Value): Value | undefined => {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      faults.push(error.message);
      return undefined;
    }
  };
  const secret = <Value>(name: SecretName, parse: (text: string) => Value, shown?: (value: Value) => object) =>
    collected(() => openSecret(settings, name, parse, options, shown));

  const old = secret('IDENTITY_SECRET', (text) => secretsFrom(text, strict));
  const given = (name: SecretName): boolean => Boolean(settings[name] ?? settings[`${name}_FILE`]);
  const version = Number(settings.SIGNATURE_VERSION ?? (given('IDENTITY_SECRET') ? 1 : 2)) as 1 | 2;
  const signingKey = secret(
    'SIGNING_KEY',
    (text) => signingKeyFrom(text, strict),
    ({ kid }: SigningKey) => ({ kid }),
  );
  const cursor = secret('CURSOR_SECRET', (text) => secretsFrom(text, strict));
  const folder = settings.SERVICE_KEYS_DIR;
  const acceptedKeys =
    folder === undefined ? undefined : collected(() => openKeyFolder(folder, needs.accepts, strict, options));

  const missing = (name: string): void => {
    faults.push(`Setting ${name} is missing; set it.`);
  };
  if (version === 1 && !given('IDENTITY_SECRET'))
    faults.push('Setting SIGNATURE_VERSION: 1 needs IDENTITY_SECRET; set that too, or unset SIGNATURE_VERSION.');
  if (version === 2 && needs.signs && !given('SIGNING_KEY')) missing('SIGNING_KEY_FILE');
  if (version === 2 && needs.seals && !given('CURSOR_SECRET')) missing('CURSOR_SECRET_FILE');
  if (version === 2 && needs.accepts.length > 0 && folder === undefined) missing('SERVICE_KEYS_DIR');
  else if (settings.UNSIGNED_EVENTS === 'refuse' && folder === undefined)
    faults.push(
      'Setting UNSIGNED_EVENTS: refuse, the default, needs SERVICE_KEYS_DIR; set that too, or set UNSIGNED_EVENTS=accept.',
    );
  if (faults.length > 0) throw new SettingsError(faults.join('\n'));

  const secrets = old ?? (() => []);
  const parts: SignatureParts = { version, secrets, signingKey, acceptedKeys: acceptedKeys ?? (() => new Map()) };
  const inOrder = (): readonly string[] => {
    const own = cursor?.() ?? [];
    return version === 1 ? [...secrets(), ...own] : [...own, ...secrets()];
  };
  return {
    ...parts,
    texts: (purpose) => createSignedTexts(parts, purpose),
    cursors: createSeal(inOrder, 'cursor'),
  };
}

/** The value of a setting, or of its file, which is read again after a change; undefined where neither is set. */
function openSecret<Value>(
  settings: SignatureSettings,
  name: SecretName,
  parse: (text: string) => Value,
  options: WatchOptions,
  shown?: (value: Value) => object,
): (() => Value) | undefined {
  const { [name]: given, [`${name}_FILE` as const]: file } = settings;
  if (given !== undefined && file !== undefined)
    throw new SettingsError(`${name} and ${name}_FILE are both set; unset one of them.`);
  if (given !== undefined) {
    const value = orFault(`Setting ${name}: its value`, () => parse(given));
    return () => value;
  }
  if (file === undefined) return undefined;
  const read = (): Value => orFault(`Setting ${name}_FILE: ${file}`, () => parse(readFileSync(file, 'utf8')));
  return watch({ place: file, version: () => versionOf(file), read, ...(shown && { shown }) }, options);
}

function openKeyFolder(
  folder: string,
  needed: readonly string[],
  strict: boolean,
  options: WatchOptions,
): () => AcceptedKeys {
  const files = (): string[] => readdirSync(folder).filter((name) => KEY_FILE.test(name));
  const read = (): AcceptedKeys =>
    orFault(`Setting SERVICE_KEYS_DIR: ${folder}`, () => {
      const names = files();
      const missing = needed.find((service) => !names.includes(`${service}.pem`));
      if (missing !== undefined) throw new UnfitKey(`has no ${missing}.pem; put the public key of ${missing} there`);
      return new Map(names.flatMap((name) => keysOf(folder, name, strict)));
    });
  const version = (): string => {
    try {
      return files()
        .map((name) => `${name} ${versionOf(join(folder, name))}`)
        .join('\n');
    } catch (error) {
      return `unreadable: ${String(errorCode(error) ?? error)}`;
    }
  };
  const shown = (keys: AcceptedKeys): object => ({
    kids: [...keys].map(([kid, { service }]) => `${service} ${kid}`),
  });
  return watch({ place: folder, version, read, shown }, options);
}

function keysOf(folder: string, name: string, strict: boolean) {
  const [, service = ''] = KEY_FILE.exec(name) ?? [];
  try {
    return acceptedKeysFrom(service, readFileSync(join(folder, name), 'utf8'), strict);
  } catch (error) {
    if (error instanceof UnfitKey) throw new UnfitKey(`its ${name} ${error.message}`);
    throw error;
  }
}

/** The result, or one sentence that begins with `subject` and names fault and remedy; nothing secret is in it. */
function orFault<Value>(subject: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UnfitKey || error instanceof UnfitSecret)
      throw new SettingsError(`${subject} ${error.message}.`);
    if (errorCode(error) === undefined) throw error;
    throw new SettingsError(
      `${subject} cannot be read (${String(errorCode(error))}); name one that this process may read.`,
    );
  }
}
