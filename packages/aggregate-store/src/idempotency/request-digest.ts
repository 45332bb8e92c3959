import { createHash } from 'node:crypto';

/** The request of an idempotency key. */
export interface KeyedRequest {
  /**
   * The operation and its arguments as they are carried out: after defaults, trimming and normalisation. Two requests with
   * the same one are the same command, however they were written.
   */
  readonly request: unknown;
  /** The operation and its arguments as the client wrote them, where that can differ. */
  readonly asWritten?: unknown;
}

/** How a request is recognised again. */
export interface RequestDigest {
  /** Of the request as it was written: the only one that records of the version before have, and that it compares. */
  readonly hash: string;
  /** Of the request as it is carried out. */
  readonly commandHash: string;
}

export function digestOf({ request, asWritten = request }: KeyedRequest): RequestDigest {
  return { hash: sha256(JSON.stringify(asWritten)), commandHash: sha256(canonicalJson(request)) };
}

/** Whether a record, which may be of the version before, stands for this request. */
export const isSameRequest = (recorded: Partial<RequestDigest>, { hash, commandHash }: RequestDigest): boolean =>
  recorded.hash === hash || recorded.commandHash === commandHash;

/** The same text for the same value: fields in the order of their names, none that is null; lists keep their order. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    const fields = Object.entries(part).filter(([, field]) => field !== null && field !== undefined);
    return Object.fromEntries(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
