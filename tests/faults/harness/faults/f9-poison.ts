import { readSecret } from '@rentalbook/messaging';
import { eventually, putMessages } from '@rentalbook/test-kit';
import { signedBy } from '@rentalbook/test-kit/signatures';
import { randomBytes } from 'node:crypto';
import { produceBatch } from '../../../../packages/messaging/test/raw-batches';
import { batchPoisons, poisons } from '../../poison';
import { openLibrary } from '../checker/library';
import type { Trial } from '../../../harness/trial';
import type { FaultySystem } from '../../../harness/system/faulty-system';
import { measuredUnderLoad, underLoad } from '../under-load';
import { subgraphs } from '../../../../tools/services';

const PARKED_WITHIN_MS = 120_000;
/** One evaluation reads every blocked key of four databases. */
const LOOK_EVERY_MS = 100;

export const poison: Trial = {
  id: 'F9',
  name: 'poison: bad JSON, null, wrong types, a future schema, a megabyte, __proto__, under load',
  full: `${String(poisons.length)} kinds × 20`,
  bar: 'all parked; other keys unaffected',
  onRealEngines: true,
  async run(stage) {
    const times = stage.amount({ short: 1, full: 20 });
    const run = randomBytes(3).toString('hex');
    const keyOf = (place: number, time: number): string => `poison-${run}-${String(place)}-${String(time)}`;
    const done = await underLoad(stage, async (system) => {
      const library = await openLibrary(system);
      try {
        for (let time = 0; time < times; time += 1) {
          stage.progress(time, times);
          const messages = poisons.map(({ value, headers = {} }, place) => {
            const key = keyOf(place, time);
            return { key, value: value(key), headers };
          });
          await putMessages(system, messages.map(signedBy(system, 'book')));
          const ours = new Set(messages.map(({ key }) => key));
          await eventually(
            async () => {
              const parked = (await library.parked()).filter(({ key }) => ours.has(key));
              return parked.length === ours.size * subgraphs.length;
            },
            {
              withinMs: PARKED_WITHIN_MS,
              everyMs: LOOK_EVERY_MS,
              what: `the parking of ${String(ours.size)} keys by every consumer`,
            },
          );
        }
        const isParked = await sendBatches(system, () => library.parked());
        await eventually(isParked, {
          withinMs: PARKED_WITHIN_MS,
          everyMs: LOOK_EVERY_MS,
          what: 'the dead letters of batches by every consumer',
        });
      } finally {
        await library.close();
      }
    });
    return measuredUnderLoad(
      `${String(poisons.length)} kinds × ${String(times)}`,
      done,
      [],
      `all parked by each of ${String(subgraphs.length)} subgraphs`,
    );
  },
};

/**
 * Sends each batch once, past what a producer would send; resolves to whether every consumer has a dead letter for each
 * one that the broker took.
 */
async function sendBatches(
  { brokers, topic, security }: Pick<FaultySystem, 'brokers' | 'topic' | 'security'>,
  parked: () => Promise<readonly { readonly key: string; readonly partition: number; readonly waiting: number }[]>,
): Promise<() => Promise<boolean>> {
  const PARTITION = 0;
  const waitingNow = async (): Promise<number> =>
    (await parked())
      .filter(({ key, partition }) => key === '' && partition === PARTITION)
      .reduce((sum, { waiting }) => sum + waiting, 0);
  const { KAFKA_SASL_USERNAME: name, KAFKA_SASL_PASSWORD_FILE: file } = security;
  const user = name && file ? { name, password: readSecret(file) } : undefined;
  const before = await waitingNow();
  let taken = 0;
  for (const { batch } of batchPoisons) {
    const { errorCode } = await produceBatch(brokers.split(',')[0] ?? '', topic, PARTITION, batch(), user);
    if (errorCode === 0) taken += 1;
  }
  return async () => (await waitingNow()) >= before + taken * subgraphs.length;
}
