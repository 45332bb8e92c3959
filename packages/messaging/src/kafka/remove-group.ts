import { KafkaJSDeleteGroupsError } from 'kafkajs';
import { createKafkaClient, type KafkaSettings } from './kafka-client';

const NOT_EMPTY = 68;
const NOT_FOUND = 69;

/** Deletes a consumer group with its offsets. Resolves to false, and changes nothing, while it has members. */
export async function removeGroup(settings: KafkaSettings, groupId: string): Promise<boolean> {
  const admin = createKafkaClient(settings, { retries: 3 }).admin();
  await admin.connect();
  try {
    await admin.deleteGroups([groupId]);
    return true;
  } catch (error) {
    const codes = error instanceof KafkaJSDeleteGroupsError ? error.groups.map(({ errorCode }) => errorCode) : [];
    if (codes.includes(NOT_EMPTY)) return false;
    if (codes.length > 0 && codes.every((code) => code === NOT_FOUND)) return true;
    throw error;
  } finally {
    await admin.disconnect();
  }
}
