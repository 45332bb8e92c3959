import type { StreamPosition } from '@rentalbook/service-kit';
import { z } from 'zod';
import type { PartFacts } from './part';

/** The longest that a part is kept, whatever its subgraph says. */
const VALID_AT_MOST_MS = 60_000;

const position = z.tuple([z.string(), z.string(), z.number()]);
const factsOfPart = z.object({
  asOf: z.array(position),
  validMs: z.number().nonnegative().optional(),
});
const tags = z.array(z.string()).min(1);
const extensions = z.object({
  apolloCacheTags: tags.optional(),
  apolloEntityCacheTags: z.array(tags.nullable()).optional(),
  cacheParts: z.object({
    consumer: z.string(),
    scope: z.enum(['public', 'private']),
    /** Whether the positions of the request's consistency token are applied. */
    isUpToDate: z.boolean(),
    root: factsOfPart.nullable().optional(),
    entities: z.array(factsOfPart.nullable()).optional(),
    changes: z.array(position).optional(),
  }),
});

/** What a subgraph says of the parts of its answer. */
export interface AnswerFacts {
  /** One for the root fields together, or one for each representation; undefined for a part that may not be stored. */
  readonly parts: readonly (PartFacts | undefined)[];
  readonly isUpToDate: boolean;
  /** Where the streams are that a mutation has extended. */
  readonly changes: readonly StreamPosition[];
}

const NOTHING: AnswerFacts = { parts: [], isUpToDate: false, changes: [] };

/** The facts in the extensions of an answer; an answer without any, or with others than these, is not stored. */
export function readFacts(given: unknown): AnswerFacts {
  const parsed = extensions.safeParse(given);
  if (!parsed.success) return NOTHING;
  const { apolloCacheTags, apolloEntityCacheTags, cacheParts } = parsed.data;
  const { consumer, scope, isUpToDate, root, entities, changes = [] } = cacheParts;
  const factsOf = (part: z.infer<typeof factsOfPart> | null | undefined, of: readonly string[] | null | undefined) =>
    part && of
      ? {
          ...{ tags: of, consumer, isPublic: scope === 'public', asOf: byKey(part.asOf.map(toPosition)) },
          validMs: Math.min(part.validMs ?? VALID_AT_MOST_MS, VALID_AT_MOST_MS),
        }
      : undefined;
  const parts = entities
    ? entities.map((part, index) => factsOf(part, apolloEntityCacheTags?.[index]))
    : [factsOf(root, apolloCacheTags)];
  return { parts, isUpToDate, changes: changes.map(toPosition) };
}

const toPosition = ([source, key, sequence]: z.infer<typeof position>): StreamPosition => ({ source, key, sequence });

function byKey(positions: readonly StreamPosition[]): Map<string, Map<string, number>> {
  const keys = new Map<string, Map<string, number>>();
  for (const { source, key, sequence } of positions) {
    const sources = keys.get(key) ?? new Map<string, number>();
    keys.set(key, sources.set(source, Math.min(sequence, sources.get(source) ?? sequence)));
  }
  return keys;
}
