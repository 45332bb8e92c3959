import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { Metrics } from '@rentalbook/observability/metrics';
import type { ConsumedEvent } from './consumed-event';
import type { EventSignatures } from '../publish/event-signature';
import type { KafkaSettings } from '../kafka/kafka-client';
import type { TopicEnds } from '../kafka/topic-ends';
import type { ParkedKeys } from '../dead-letters/parking';
import type { Publisher } from '../publish/publisher';

export interface SubscriberOptions extends KafkaSettings {
  readonly topic: string;
  readonly groupId: string;
  readonly publisher: Publisher;
  readonly parkedKeys: ParkedKeys;
  readonly metrics: Metrics;
  /** The ends of the topic as they were read last; undefined while no broker answers, and the lag is not known. By default the last fetch says all. */
  readonly topicEnds?: () => TopicEnds | undefined;
  /** Checks that the source of each event published it. */
  readonly signatures: EventSignatures;
  /**
   * Applies consecutive events of one key, in order: all, or none when it fails. It may be called again for the same events,
   * and must then change nothing. Resolves to those that it did not apply because another event has their number.
   */
  readonly handle: (run: readonly ConsumedEvent[]) => Promise<readonly RentalbookEvent[]>;
  /** Whether a failure of `handle` or `parkedKeys` passes by itself (an unavailable engine), so that waiting is right. */
  readonly isTransient: (error: unknown) => boolean;
  /** Called for a failure that waiting does not heal, a bug: the process must end. */
  readonly onFatal: (error: unknown) => void;
}
