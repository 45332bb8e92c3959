import { askerAt, type Answer, type Asker } from '../../router/test/support/http-answers';
import type { Broken } from '../harness/broken';
import { leakIn } from './leaks';

export type { Answer, Asker };

/** Sends requests, and notes in `broken` every answer that no request may get. */
export interface Probe extends Asker {
  readonly broken: Broken[];
  readonly answers: () => number;
  /** Notes that a promise was not kept. */
  blame(promise: string, on: string, found: string): void;
}

/** An answer that no request may get: a fault of the server's own, or something of its inside. */
export function faultOf({ status, text }: Pick<Answer, 'status' | 'text'>): string | undefined {
  if (status >= 500 && status !== 503) return `status ${String(status)}: ${text.slice(0, SHOWN)}`;
  if (text.includes('INTERNAL_SERVER_ERROR')) return text.slice(0, SHOWN);
  return leakIn(withoutData(text));
}

/** Data is what clients wrote; whatever else an answer has is our own. */
function withoutData(text: string): string {
  if (!text.startsWith('{"data"')) return text;
  const { data: _, ...rest } = JSON.parse(text) as object & { data?: unknown };
  return JSON.stringify(rest);
}

const SHOWN = 300;

/** Probes the router whose GraphQL is at this address. */
export function probe(url: string): Probe {
  const asker = askerAt(new URL(url).origin);
  const broken: Broken[] = [];
  let answers = 0;
  const blame: Probe['blame'] = (promise, on, found) => {
    broken.push({ promise, on: on.slice(0, SHOWN), found: found.slice(0, SHOWN) });
  };
  const noted = async (on: string, answer: Promise<Answer>): Promise<Answer> => {
    const got = await answer;
    answers += 1;
    const fault = faultOf(got);
    if (fault !== undefined) blame('no answer is a fault of the server, or shows something of its inside', on, fault);
    return got;
  };
  return {
    broken,
    blame,
    answers: () => answers,
    post: (body, headers) => noted(typeof body === 'string' ? body : JSON.stringify(body), asker.post(body, headers)),
    fetch: (path, init) => noted(`${init?.method ?? 'GET'} ${path}`, asker.fetch(path, init)),
  };
}

/** The code of an answer's first error; undefined when it has none. */
export const codeOf = ({ body }: Answer): string | undefined => {
  const code = body.errors?.[0]?.extensions?.['code'];
  return code === undefined || typeof code === 'string' ? code : JSON.stringify(code);
};
