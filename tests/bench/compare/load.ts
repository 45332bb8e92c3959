import { Pool } from 'undici';

/** One request of a workload; the same body is sent again and again. */
export interface BenchRequest {
  readonly token: string | undefined;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface LoadResult {
  /** Milliseconds of each answer. */
  readonly times: readonly number[];
  readonly seconds: number;
}

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** Requests that follow each other, for one connection: the next one may use the answer to the one before. */
export type Session = (ask: (request: BenchRequest) => Promise<Answer['data']>) => Promise<void>;

/**
 * Runs sessions on `connections` connections until `next` has no more or `ms` milliseconds are over. An answer with errors
 * rejects: what is not answered is not fast.
 */
export async function runLoad(
  url: string,
  { connections, ms, next }: { connections: number; ms: number; next: () => Session | undefined },
): Promise<LoadResult> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const times: number[] = [];
  const ask = async ({ token, query, variables }: BenchRequest): Promise<Answer['data']> => {
    const startedAt = performance.now();
    const { body, statusCode } = await pool.request({
      path: pathname,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    const text = await body.text();
    times.push(performance.now() - startedAt);
    const { data, errors } = JSON.parse(text) as Answer;
    if (errors || !data) throw new Error(`${String(statusCode)}: ${text.slice(0, 300)}`);
    return data;
  };
  const startedAt = performance.now();
  const connection = async (): Promise<void> => {
    while (performance.now() - startedAt < ms) {
      const session = next();
      if (!session) return;
      await session(ask);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, connection));
  } finally {
    await pool.close();
  }
  return { times, seconds: (performance.now() - startedAt) / 1_000 };
}
