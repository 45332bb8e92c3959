import { Kafka, logLevel } from 'kafkajs';

/** Removes what retention would remove: the records of each partition but its newest ones. */
export async function removeOldRecords(brokers: readonly string[], topic: string, kept: number): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({
      partition,
      offset: String(Math.max(0, Number(high) - kept)),
    }));
    await admin.deleteTopicRecords({ topic, partitions });
  } finally {
    await admin.disconnect();
  }
}
