import type { StoredPart } from './part';

/** The parts that the answer to one request consists of. */
export interface UsedParts {
  /** A part that was stored before the request came. */
  addHit(part: StoredPart): void;
  /** A part that was fetched for the request, and stored. */
  addStored(part: StoredPart): void;
  /** Something of the answer is not stored, so that the whole answer is not either. */
  addUnknown(): void;
  /** Every part, where all of them are stored. */
  all(): readonly StoredPart[] | undefined;
  /** When the oldest of the hits was fetched; undefined without one. */
  oldestHit(): number | undefined;
}

export function createUsedParts(): UsedParts {
  const parts = new Set<StoredPart>();
  let isComplete = true;
  let oldest: number | undefined;
  return {
    addHit(part) {
      parts.add(part);
      oldest = Math.min(oldest ?? part.fetchedAt, part.fetchedAt);
    },
    addStored: (part) => void parts.add(part),
    addUnknown() {
      isComplete = false;
    },
    all: () => (isComplete && parts.size > 0 ? [...parts] : undefined),
    oldestHit: () => oldest,
  };
}
