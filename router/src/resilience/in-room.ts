import type { BulkheadPolicy } from 'cockatiel';
import { clientIsGone, SubgraphUnavailable } from './subgraph-faults';

/**
 * Runs the work once there is room for it, or gives up when a signal ends the wait. The bulkhead is not given the signals:
 * it would check them only when the caller's turn comes, and would leave the callers behind an ended one waiting for good.
 */
export function inRoom<Result>(
  room: BulkheadPolicy,
  [late, abandoned]: readonly [AbortSignal, AbortSignal | undefined],
  work: () => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const stopWaiting = (): void => {
      isOver = true;
      late.removeEventListener('abort', giveUp);
      abandoned?.removeEventListener('abort', leave);
    };
    const giveUp = (): void => {
      stopWaiting();
      reject(new SubgraphUnavailable('too many wait for it'));
    };
    const leave = (): void => {
      stopWaiting();
      reject(clientIsGone());
    };
    late.addEventListener('abort', giveUp);
    abandoned?.addEventListener('abort', leave);
    const begin = async (): Promise<Result | undefined> => {
      if (isOver) return undefined;
      stopWaiting();
      return work();
    };
    room
      .execute(begin)
      .then(resolve as (result: Result | undefined) => void, reject)
      .finally(stopWaiting);
  });
}
