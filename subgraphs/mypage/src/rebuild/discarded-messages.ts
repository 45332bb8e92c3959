import { ExplainedError } from '@rentalbook/messaging/explained-error';
import { parkedKeysIn } from '@rentalbook/service-kit/engines';
import { type BatchMessage, ForgedEvent, UnsignedEvent } from '@rentalbook/messaging';
import { MalformedEvent } from '@rentalbook/event-contracts';
import type { Connection } from 'mongoose';
import type { TrailEvent } from '../projections/event-trail/event-trail';
import { groupSuffixOf } from '../projections/versions/read-model-version';

/** The live page has dead letters that no operator has settled. */
export class Unsettled extends ExplainedError {
  override readonly name = 'Unsettled';
}

const placeOf = ({ partition, offset }: { partition: number; offset: number }): string =>
  `${String(partition)}/${String(offset)}`;

/** The messages that an operator discarded for the live page, or for a version that it was rebuilt from. */
export function discardedMessages(connection: Connection, group: string, active: number) {
  const consumers = Array.from({ length: active + 1 }, (_, version) => `${group}${groupSuffixOf(version)}`);
  const live = `${group}${groupSuffixOf(active)}`;
  const store = parkedKeysIn(connection);
  let discarded: ReadonlySet<string> = new Set();

  const load = async (): Promise<void> => {
    const records = await store.ofConsumers(consumers);
    discarded = new Set(
      records.flatMap((record) =>
        record.discarded.map(({ offset }) => placeOf({ partition: record.partition, offset })),
      ),
    );
    const parked = records.filter(({ consumer, state }) => consumer === live && state === 'parked');
    if (parked.length > 0)
      throw new Unsettled(
        `${live} has parked ${parked.map(({ key }) => (key === '' ? '(none)' : key)).join(', ')}; settle it with "npm run dead-letters", then rebuild. The page stays as it is.`,
      );
  };

  return {
    /** Throws {@link Unsettled} while the live page has parked a key. */
    load,

    /** The events among the messages, with whether they are discarded; throws {@link Unsettled} for a malformed one that is not discarded. */
    async consumed(messages: readonly BatchMessage[]): Promise<readonly TrailEvent[]> {
      const isOpen = (message: BatchMessage): boolean =>
        message.content instanceof MalformedEvent && !discarded.has(placeOf(message));
      if (messages.some(isOpen)) await load();
      const open = messages.find(isOpen);
      if (open)
        throw new Unsettled(
          `Message ${placeOf(open)} ${open.content instanceof ForgedEvent ? 'does not prove its source' : 'is malformed'}, and is not discarded; settle it with "npm run dead-letters"${open.content instanceof UnsignedEvent ? ', or set UNSIGNED_EVENTS=accept for this command when a release that did not sign its events published it' : ''}, then rebuild. The page stays as it is.`,
        );
      return messages.flatMap((message) => {
        const { content: event, publishedAt } = message;
        if (event instanceof MalformedEvent) return [];
        return [{ event, discarded: discarded.has(placeOf(message)), publishedAt }];
      });
    },
  };
}
