import { pause, systemClock, type Clock } from '@rentalbook/timing';
import DataLoader from 'dataloader';
import { isStoreUnavailable } from './database';

/** Of one command to MongoDB, so that others do not wait long behind it. */
const MOST_TOGETHER = 100;
/** How long calls wait for those before them: a command that hangs holds up no others. */
const WAITS_AT_MOST_MS = 20;

/**
 * Carries out the calls that begin in the same turn of the event loop together, and so those that begin while the ones before
 * are under way: `together` resolves to a result for each call, in their order. When that fails each call is carried out by
 * itself, so that one caller's fault is no other caller's: calls have to be repeatable. While the database is away all of
 * them fail, and none is repeated.
 */
export function joinCalls<Call, Result>(
  together: (calls: readonly Call[]) => Promise<readonly Result[]>,
  clock: Clock = systemClock,
): (call: Call) => Promise<Result> {
  const alone = async (call: Call): Promise<Result | Error> => {
    try {
      const [result] = await together([call]);
      return result as Result;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
  const carryOut = async (calls: readonly Call[]): Promise<readonly (Result | Error)[]> => {
    try {
      return await together(calls);
    } catch (error) {
      if (calls.length === 1 || isStoreUnavailable(error)) throw error;
      return Promise.all(calls.map(alone));
    }
  };
  let underWay: Promise<unknown> | undefined;
  const loader = new DataLoader<Call, Result>(
    (calls) => {
      const results = carryOut(calls);
      const settled = results
        .catch(() => undefined)
        .then(() => {
          if (underWay === settled) underWay = undefined;
        });
      underWay = settled;
      return results;
    },
    {
      cache: false,
      maxBatchSize: MOST_TOGETHER,
      batchScheduleFn(dispatch) {
        if (underWay) void withinTime(underWay, clock).then(dispatch);
        else afterThisTurn(dispatch);
      },
    },
  );
  return (call) => loader.load(call);
}

const afterThisTurn = (dispatch: () => void): void =>
  void Promise.resolve().then(() => {
    process.nextTick(dispatch);
  });

/** Resolves when the work is settled, or has taken too long for others to wait. */
function withinTime(work: Promise<unknown>, clock: Clock): Promise<void> {
  const settled = new AbortController();
  void work.then(() => {
    settled.abort();
  });
  return pause(WAITS_AT_MOST_MS, { clock, signal: settled.signal });
}
