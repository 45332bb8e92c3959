import { AnsweredWithErrors, member, type Reader } from '@rentalbook/test-kit';
import type { FaultySystem } from '../../harness/system/faulty-system';
import { until } from './fault';

const PAUSE_MS = 50;

/** So many members, each of a name of its own. */
export const members = (system: FaultySystem, count: number): Promise<readonly Reader[]> =>
  Promise.all(Array.from({ length: count }, (_, place) => member(system, `caller-${String(place)}`)));

/** Errors in an answer are what a fault is about; that there is none is not. */
export const whateverTheAnswer = (answer: Promise<unknown>): Promise<unknown> =>
  answer.catch((error: unknown) => {
    if (!(error instanceof AnsweredWithErrors)) throw error;
  });

/** Each member does the step again and again until the fault ends. */
export async function keepAsking(
  readers: readonly Reader[],
  ending: AbortSignal,
  step: (reader: Reader, place: number) => Promise<unknown>,
): Promise<void> {
  await Promise.all(
    readers.map(async (reader, place) => {
      while (!ending.aborted) {
        await whateverTheAnswer(step(reader, place));
        await until(ending, PAUSE_MS);
      }
    }),
  );
}

/** Costs one point, and a call of MyPage. */
export const look = (reader: Reader): Promise<unknown> => reader.data('{ myPage { activeCount } }');
