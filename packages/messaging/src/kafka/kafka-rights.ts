import { deadLetterTopicOf } from './topic-names';

/** The operations of Kafka's ACLs that clients of ours need; a user who may read, write or delete may describe. */
export type KafkaOperation = 'Read' | 'Write' | 'Describe' | 'Create' | 'Delete';

/** One of Kafka's ACLs: the operations of a user on a topic or a group, or on all with this prefix. */
export interface KafkaRight {
  readonly resource: 'topic' | 'group';
  readonly name: string;
  readonly isPrefix: boolean;
  readonly operations: readonly KafkaOperation[];
}

/** The parts of the names. */
export interface KafkaPlaces {
  readonly topic: string;
  readonly groupPrefix: string;
}

/** The services whose events are on the topic. */
export const publishers = ['book', 'reserve', 'rental'] as const;
/** Every service consumes the topic, and publishes what it cannot apply to the dead-letter topic. */
const consumers = [...publishers, 'mypage'] as const;
export const kafkaUsers = [...consumers, 'router', 'operator'] as const;
export type KafkaUserName = (typeof kafkaUsers)[number];

/**
 * The rights of each user: a service, the router, whose cache follows the topic and how far each service has read it, or the operator
 * whose commands read the topics, replay dead letters and rebuild MyPage.
 */
export function kafkaRightsOf(user: KafkaUserName, { topic, groupPrefix }: KafkaPlaces): readonly KafkaRight[] {
  const deadLetterTopic = deadLetterTopicOf(topic);
  const mypage = `${groupPrefix}mypage`;
  if (user === 'router')
    return [
      onTopic(topic, 'Read'),
      onGroups('tail-', 'Read', 'Delete'),
      ...consumers.map((name) => onGroup(`${groupPrefix}${name}`, 'Describe')),
      onGroups(versionsOf(mypage), 'Describe'),
    ];
  if (user === 'operator')
    return [
      // A restore deletes both, and the groups that have read them.
      onTopic(topic, 'Read', 'Write', 'Delete'),
      onTopic(deadLetterTopic, 'Read', 'Delete'),
      // A command that only reads uses a new group each time, and deletes it.
      onGroups('tail-', 'Read', 'Delete'),
      onGroups('read-', 'Read', 'Delete'),
      ...publishers.map((name) => onGroup(`${groupPrefix}${name}`, 'Describe', 'Delete')),
      onGroup(mypage, 'Read', 'Delete'),
      onGroups(versionsOf(mypage), 'Read', 'Delete'),
    ];
  const publishes = publishers.some((name) => name === user);
  return [
    // The first service to start creates the topics where they are missing.
    onTopic(topic, 'Read', ...(publishes ? (['Write'] as const) : []), 'Create'),
    onTopic(deadLetterTopic, 'Write', 'Create'),
    onGroup(`${groupPrefix}${user}`, 'Read'),
    ...(user === 'mypage' ? [onGroups(versionsOf(mypage), 'Read')] : []),
  ];
}

type Operations = readonly KafkaOperation[];
const onTopic = (name: string, ...operations: Operations): KafkaRight => ({
  ...{ resource: 'topic', name, isPrefix: false, operations },
});
const onGroup = (name: string, ...operations: Operations): KafkaRight => ({
  ...{ resource: 'group', name, isPrefix: false, operations },
});
const onGroups = (beginning: string, ...operations: Operations): KafkaRight => ({
  ...{ resource: 'group', name: beginning, isPrefix: true, operations },
});
/** Each version of a read model after the first has a group of its own. */
const versionsOf = (group: string): string => `${group}-v`;
