import { topicFeatures } from './kafka-topics.features';
import { groupFeatures } from './kafka-groups.features';
import { useKafka, type KafkaEngine } from './kafka-features.support';

/** What every Kafka that this system runs on has to do, asked by unmodified kafkajs. */
export function kafkaFeatures(name: string, engine: () => Promise<KafkaEngine>): void {
  describe(`Kafka features on ${name}`, () => {
    useKafka(engine);
    topicFeatures();
    groupFeatures();
  });
}
