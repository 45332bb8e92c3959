import DataLoader from 'dataloader';
import { isStoreUnavailable } from './database';

/** Of one command to MongoDB, so that others do not wait long behind it. */
const MOST_TOGETHER = 100;

/**
 * Carries out the calls that begin in the same turn of the event loop together: `together` resolves to a result for each
 * call, in their order. When that fails each call is carried out by itself, so that one caller's fault is no other caller's:
 * calls have to be repeatable. While the database is away all of them fail, and none is repeated.
 */
export function joinCalls<Call, Result>(
  together: (calls: readonly Call[]) => Promise<readonly Result[]>,
): (call: Call) => Promise<Result> {
  const alone = async (call: Call): Promise<Result | Error> => {
    try {
      const [result] = await together([call]);
      return result as Result;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
  const loader = new DataLoader<Call, Result>(
    async (calls) => {
      try {
        return await together(calls);
      } catch (error) {
        if (calls.length === 1 || isStoreUnavailable(error)) throw error;
        return Promise.all(calls.map(alone));
      }
    },
    { cache: false, maxBatchSize: MOST_TOGETHER },
  );
  return (call) => loader.load(call);
}
