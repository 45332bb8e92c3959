import { z } from 'zod';

/** The form of settings that services and commands both read. */

export const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']);

export const nodeEnv = z.enum(['development', 'test', 'production']);

/** `host:port,host:port`. */
export const brokerAddresses = z
  .string()
  .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'is a comma-separated list of host:port');

export const mongoAddress = z.string().regex(/^mongodb(\+srv)?:\/\/\S/, 'starts with mongodb://');

/** Settings that are set: one that is empty, or white space alone, counts as unset. */
export const settingsIn = (source: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(source).filter((entry): entry is [string, string] => (entry[1] ?? '').trim() !== ''),
  );
