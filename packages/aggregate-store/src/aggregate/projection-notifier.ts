import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { eventsOf, type OutboxEntry } from './aggregate-document';
import type { Changes } from './changes';
import type { Written } from './document-writer';

/** Brings the service's own read collections up to these events; doing so again changes nothing. */
export type Projection = (events: readonly RentalbookEvent[]) => Promise<void>;

export interface ProjectionNotifierOptions {
  readonly project: Projection;
  readonly changes: Changes;
  /** Called when there is something to publish that was not written just now. */
  readonly wakeRelay: () => void;
}

/** Projects the new events of a key and notifies those who wait for a change of it. */
export type ProjectAndNotify = (
  key: string,
  written: Pick<Written<unknown>, 'written' | 'unsent'>,
  consumed?: readonly RentalbookEvent[],
) => Promise<void>;

export function createProjectionNotifier({ project, changes, wakeRelay }: ProjectionNotifierOptions): ProjectAndNotify {
  const projections = new WeakMap<readonly OutboxEntry[], Promise<void>>();
  /** Once for all commands that were written together. */
  const projectOnce = (unsent: readonly OutboxEntry[]): Promise<void> => {
    const projection = projections.get(unsent) ?? project(eventsOf(unsent));
    projections.set(unsent, projection);
    return projection;
  };

  /**
   * Projects the new events before answering; older unpublished events first, because projections require order. On failure
   * the change is made all the same: the relay projects the events later, or a repeat with the same idempotency key does.
   */
  return async (key, { written, unsent }, consumed = []) => {
    try {
      if (unsent.length > 0) {
        if (written.length === 0) wakeRelay();
        await projectOnce(unsent);
      }
    } finally {
      changes.signal(key, [...consumed, ...eventsOf(written.length > 0 ? written : unsent)]);
    }
  };
}
