import { AnsweredWithErrors } from '@rentalbook/test-kit';
import { faultsIn, isDefect, NotProven, type Drill, type Figures } from './drill';
import type { Result } from './results';
import type { Stage } from './stage';

/** Runs a drill and then its control; resolves to what became of them, and rejects when it was interrupted. */
export async function runDrill(drill: Drill, stage: Stage): Promise<Result> {
  const startedAt = performance.now();
  let measured: Figures = {};
  const result = (rest: Pick<Result, 'passed' | 'control' | 'reason'>): Result => ({
    name: drill.name,
    at: new Date().toISOString(),
    form: stage.short ? 'short' : 'long',
    seconds: Math.round((performance.now() - startedAt) / 1_000),
    measured,
    ...rest,
  });
  try {
    measured = await drill.prove(stage);
    for (const [what, figure] of Object.entries(measured)) stage.say(`  ${what}: ${String(figure)}`);
  } catch (error) {
    return result({ passed: false, reason: reasonOf(error, stage) });
  }
  try {
    const figures = await drill.control.prove({ ...stage, patienceMs: stage.patienceMs / 2 });
    return result({
      passed: false,
      reason: `The control passed ${drill.control.takenAway}: ${JSON.stringify(figures)}`,
    });
  } catch (error) {
    const reason = reasonOf(error, stage);
    if (!isOfTheSystem(error)) return result({ passed: false, reason: `The control broke: ${reason}` });
    stage.say(`  control, ${drill.control.takenAway}: fails as it has to, for ${reason}`);
    return result({ passed: true, control: reason });
  }
}

/** Whether the system did something else than was asked of it, and neither the drill itself failed nor the system has a bug. */
const isOfTheSystem = (error: unknown): error is NotProven | AnsweredWithErrors =>
  error instanceof NotProven || (error instanceof AnsweredWithErrors && !isDefect(error));

/** The sentence of an expected fault, or the stack of any other; rethrows the interruption. */
function reasonOf(error: unknown, { signal }: Stage): string {
  signal.throwIfAborted();
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AnsweredWithErrors) return `the router answered ${faultsIn(error)}`;
  return error instanceof NotProven ? error.message : (error.stack ?? error.message);
}
