import { createPauses, doubling, systemClock, type Bounds, type Clock, type Pauses } from '@rentalbook/timing';

/** Keys that are retried only after a pause, each pause twice as long as the one before. */
export function createBackoffRegistry(bounds: Bounds, clock: Clock = systemClock) {
  const waiting = new Map<string, { readonly until: number; readonly pauses: Pauses }>();
  return {
    add(id: string): void {
      const pauses = waiting.get(id)?.pauses ?? createPauses(doubling(bounds));
      waiting.set(id, { until: clock.now() + pauses.next(), pauses });
    },
    remove(id: string): void {
      waiting.delete(id);
    },
    /** The keys whose pause is not over. */
    ids: (): string[] => [...waiting].filter(([, { until }]) => until > clock.now()).map(([id]) => id),
  };
}
