import type { Metrics } from '@rentalbook/messaging';
import type { Executed } from './command';
import { storeErrors } from './store-errors';

/** Runs a command and observes its duration and its outcome. */
export async function timedCommand(
  metrics: Metrics,
  { command, traceparent }: { readonly command: string; readonly traceparent: string },
  execute: () => Promise<Executed>,
): Promise<Executed> {
  const end = metrics.startTimer('command_duration_seconds');
  try {
    const executed = await execute();
    end({ command, outcome: 'refused' in executed.outcome ? 'refused' : 'accepted' }, traceparent);
    return executed;
  } catch (error) {
    end({ command, outcome: outcomeOf(error) }, traceparent);
    throw error;
  }
}

function outcomeOf(error: unknown): string {
  if (storeErrors.badInput(error) ?? storeErrors.overloaded(error)) return 'refused';
  return storeErrors.isUnavailable(error) ? 'unavailable' : 'failed';
}
