import type { Board } from './panel';

/** A query with what Grafana puts into it. */
export const asked = (expr: string): string => expr.replaceAll('$__rate_interval', '1m');

export interface Answered {
  readonly board: string;
  readonly panel: string;
  readonly expr: string;
  /** How many series there are, or why there is no answer. */
  readonly found: number | string;
  readonly emptyWhen: string | undefined;
}

const WINDOW_SECONDS = 600;
const STEP_SECONDS = 15;

interface RangeAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly { readonly values: readonly (readonly [number, string])[] }[] };
}

/** Asks a Prometheus every query of every panel about the last ten minutes. */
export async function askAll(boards: readonly Board[], prometheus: string, now = Date.now()): Promise<Answered[]> {
  const end = Math.floor(now / 1_000);
  const find = async (expr: string): Promise<number | string> => {
    const query = new URLSearchParams({
      query: asked(expr),
      start: String(end - WINDOW_SECONDS),
      end: String(end),
      step: String(STEP_SECONDS),
    });
    const response = await fetch(new URL(`/api/v1/query_range?${query.toString()}`, prometheus));
    const answer = (await response.json()) as RangeAnswer;
    return answer.error ?? answer.data?.result.length ?? 0;
  };
  return Promise.all(
    boards.flatMap(({ title: board, rows }) =>
      rows.flatMap(({ panels }) =>
        panels.flatMap(({ title: panel, queries, emptyWhen }) =>
          queries.map(async ({ expr }) => ({ board, panel, expr, found: await find(expr), emptyWhen })),
        ),
      ),
    ),
  );
}
