import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { Projection } from '../aggregate/projection-notifier';

/** Beyond this number, the events that were projected first are forgotten, and projected again by the relay. */
const REMEMBERED_AT_MOST = 10_000;

interface ProjectedHere {
  /** Projects events, and remembers those of the service's own that it has projected. */
  readonly project: Projection;
  /** Projects those events that this process has not projected, and forgets them: its relay asks once for each. */
  readonly projectOthers: Projection;
}

/** Projects the own events of a service twice only where this process did not do so itself, or failed: after a crash, say. */
export function createProjectedHere(project: Projection, source: string): ProjectedHere {
  const projections = new Map<string, Promise<boolean>>();
  return {
    project(events) {
      const projection = project(events);
      const isMade = projection.then(
        () => true,
        () => false,
      );
      for (const { id } of events.filter((event) => event.source === source)) {
        projections.set(id, isMade);
        const [oldest] = projections.keys();
        if (projections.size > REMEMBERED_AT_MOST && oldest !== undefined) projections.delete(oldest);
      }
      return projection;
    },
    async projectOthers(events) {
      const made = await Promise.all(events.map(({ id }) => projections.get(id) ?? Promise.resolve(false)));
      const others: readonly RentalbookEvent[] = events.filter((_event, index) => !made[index]);
      if (others.length > 0) await project(others);
      for (const { id } of events) projections.delete(id);
    },
  };
}
