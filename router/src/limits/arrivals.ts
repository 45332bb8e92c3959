/** Resolves when a request that was sent with these credentials may be processed. */
export type Arrivals = (credentials: string) => Promise<void>;

/**
 * Takes the requests of one sender one in each iteration of the event loop. Hundreds that arrive at once would otherwise all
 * be verified and read before the next request of anyone else. The sender is known by credentials that are not verified yet.
 */
export function createArrivals(): Arrivals {
  /** Resolved one iteration after the last request with these credentials was taken. */
  const taken = new Map<string, Promise<void>>();
  return (credentials) => {
    const turn = taken.get(credentials) ?? Promise.resolve();
    const over = turn.then(() => new Promise<void>(setImmediate));
    taken.set(credentials, over);
    void over.then(() => {
      if (taken.get(credentials) === over) taken.delete(credentials);
    });
    return turn;
  };
}
