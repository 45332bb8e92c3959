import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { errorCode } from '../process/error-code';
import type { Logger } from '../process/logger';

/** At most this long after a change in the folder it takes effect, in milliseconds. */
const RELOAD_EVERY_MS = 1_000;

/** A policy in force, and what of its folder does not fit. */
export interface PolicySource<Policy> {
  current(): Policy;
  /** One sentence about a value that has not fitted since the start, so that the default is in its place; undefined when there is none. */
  fault(): string | undefined;
  /** How many values do not fit now. */
  refused(): number;
}

/**
 * Reads a policy from a folder with one file per key, as Kubernetes mounts a ConfigMap, and sees changes without a
 * restart. A key without a file has its default; a value that does not fit or cannot be read is logged and refused, and the
 * old one stays. One that does not fit at the start has no old one: {@link PolicySource.fault} is for readiness.
 */
export function createPolicySource<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  directory: string | undefined,
  logger: Logger,
  now = (): number => performance.now(),
): PolicySource<z.infer<z.ZodObject<Shape>>> {
  let current = schema.parse({});
  let reloadedAt = -Infinity;
  const refused = new Map<string, string>();
  /** The sentences about keys that have had no value that fits. */
  const unmet = new Map<string, string>();

  const refuse = (key: string, value: string, reason: string): void => {
    if (reloadedAt === -Infinity || unmet.has(key))
      unmet.set(
        key,
        `the policy ${key} is ${JSON.stringify(value)} and ${reason}; correct its file in ${directory ?? ''}`,
      );
    if (refused.get(key) === value) return;
    refused.set(key, value);
    logger.error({ key, value, reason }, 'a policy value does not fit; the old one stays in force');
  };

  const read = (key: string): { readonly value: string | undefined } | { readonly unreadable: string } => {
    if (directory === undefined) return { value: undefined };
    try {
      return { value: readFileSync(join(directory, key), 'utf8').trim() || undefined };
    } catch (error) {
      const code = errorCode(error);
      return code === 'ENOENT' ? { value: undefined } : { unreadable: String(code ?? error) };
    }
  };

  const reload = (): void => {
    for (const key of Object.keys(schema.shape)) {
      const found = read(key);
      if ('unreadable' in found) {
        refuse(key, '', `cannot be read: ${found.unreadable}`);
        continue;
      }
      const { value } = found;
      const parsed = schema.partial().safeParse(value === undefined ? {} : { [key]: value });
      if (parsed.success) {
        refused.delete(key);
        unmet.delete(key);
        const fallback: Record<string, unknown> = schema.parse({});
        const fresh: Record<string, unknown> = parsed.data;
        current = { ...current, [key]: value === undefined ? fallback[key] : fresh[key] };
      } else refuse(key, value ?? '', parsed.error.issues.map((issue) => issue.message).join('; '));
    }
  };

  const refresh = (): void => {
    const at = now();
    if (at - reloadedAt <= RELOAD_EVERY_MS) return;
    reload();
    reloadedAt = at;
  };
  return {
    current() {
      refresh();
      return current;
    },
    fault() {
      refresh();
      return [...unmet.values()][0];
    },
    refused() {
      refresh();
      return refused.size;
    },
  };
}
