import { z } from 'zod';
import { SubgraphFault } from './subgraph-faults';

const answerErrors = z
  .array(
    z.object({
      message: z.string(),
      path: z.array(z.union([z.string(), z.number()])).optional(),
      extensions: z.object({ code: z.string().optional(), errorId: z.string().optional() }).optional(),
    }),
  )
  .min(1);

export type SubgraphAnswerError = z.infer<typeof answerErrors>[number];

export interface SubgraphAnswer {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly SubgraphAnswerError[];
  readonly extensions?: unknown;
}

/** A GraphQL answer, with or without errors; throws {@link SubgraphFault} for anything else. */
export function readSubgraphAnswer(status: number, body: string): SubgraphAnswer {
  if (status >= 500) throw new SubgraphFault(`answered ${String(status)}`);
  if (status === 401)
    throw new SubgraphFault('refused the signed identity; does its SERVICE_KEYS_DIR have the key of this router?');
  const answer = parseJson(body);
  if (isRecord(answer)) {
    const data = answer['data'] ?? null;
    const errors = answerErrors.optional().safeParse(answer['errors']);
    const complete = data !== null || errors.data !== undefined;
    if (errors.success && complete && (data === null || isRecord(data)))
      return { data, errors: errors.data ?? [], extensions: answer['extensions'] };
  }
  throw new SubgraphFault(`answered ${String(status)} with something that is not GraphQL`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
