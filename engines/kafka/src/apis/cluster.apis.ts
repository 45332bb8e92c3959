import { errorCode, type ErrorCode } from '../protocol/error-codes';
import { Writer } from '../protocol/writer';
import type { Broker } from '../broker';
import type { Api } from './api';

const TOPIC_NAME = /^[A-Za-z0-9._-]{1,249}$/;
const MOST_PARTITIONS = 1_000;

export const metadata: Api = {
  key: 3,
  name: 'Metadata',
  versions: [1, 1],
  handle(request, _version, broker, { access }) {
    const mayDescribe = (topic: string): boolean => access.may('Describe', 'topic', topic);
    const topics = request.nullableArray(request.string) ?? broker.log.names().filter(mayDescribe);
    const { nodeId, address } = broker;
    const answer = new Writer();
    answer.array([address], ({ host, port }) => {
      answer.int32(nodeId).string(host).int32(port).string(null);
    });
    return answer.int32(nodeId).array(topics, (topic) => {
      const refusal = access.topicRefusal('Describe', topic);
      const partitions = refusal === undefined ? broker.log.partitionsOf(topic) : undefined;
      const error = refusal ?? (partitions === undefined ? errorCode.UNKNOWN_TOPIC_OR_PARTITION : errorCode.NONE);
      answer.int16(error).string(topic).boolean(false);
      answer.array([...Array(partitions ?? 0).keys()], (partition) => {
        answer.int16(errorCode.NONE).int32(partition).int32(nodeId);
        answer.array([nodeId], (node) => answer.int32(node)).array([nodeId], (node) => answer.int32(node));
      });
    });
  },
};

export const findCoordinator: Api = {
  key: 10,
  name: 'FindCoordinator',
  versions: [0, 0],
  handle(request, _version, { nodeId, address }, { access }) {
    const error = access.groupRefusal('Describe', request.string()) ?? errorCode.NONE;
    return new Writer().int16(error).int32(nodeId).string(address.host).int32(address.port);
  },
};

export const createTopics: Api = {
  key: 19,
  name: 'CreateTopics',
  versions: [1, 1],
  async handle(request, _version, broker, { access }) {
    const topics = request.array(() => ({
      name: request.string(),
      partitions: request.int32(),
      replication: request.int16(),
      assignments: request.array(() => [request.int32(), request.array(request.int32)]),
      configs: request.array(() => ({ name: request.string(), value: request.nullableString() })),
    }));
    request.int32();
    const validateOnly = request.boolean();
    const results: [string, ErrorCode, string | null][] = [];
    for (const topic of topics) {
      const refusal = access.topicRefusal('Create', topic.name);
      const [error, message] = refusal === undefined ? checkNewTopic(topic, broker) : [refusal, null];
      if (error === errorCode.NONE && !validateOnly)
        await broker.log.create(topic.name, topic.partitions < 0 ? 1 : topic.partitions);
      results.push([topic.name, error, message]);
    }
    const answer = new Writer();
    return answer.array(results, ([name, error, message]) => answer.string(name).int16(error).string(message));
  },
};

interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  readonly assignments: readonly unknown[];
  readonly configs: readonly { readonly name: string; readonly value: string | null }[];
}

/** What a broker that is alone and keeps everything lives up to anyway. */
const isKeptAnyway = ({ name, value }: NewTopic['configs'][number]): boolean =>
  name === 'retention.ms' || (name === 'min.insync.replicas' && value === '1');

function checkNewTopic(topic: NewTopic, broker: Broker): [ErrorCode, string | null] {
  if (!TOPIC_NAME.test(topic.name)) return [errorCode.INVALID_TOPIC_EXCEPTION, `"${topic.name}" is no topic name.`];
  if (broker.log.partitionsOf(topic.name) !== undefined)
    return [errorCode.TOPIC_ALREADY_EXISTS, `Topic '${topic.name}' already exists.`];
  if (topic.assignments.length > 0)
    return [errorCode.INVALID_REPLICA_ASSIGNMENT, 'The embedded broker is alone and takes no replica assignment.'];
  if (topic.partitions === 0 || topic.partitions > MOST_PARTITIONS)
    return [errorCode.INVALID_PARTITIONS, `${topic.partitions} partitions; use 1 to ${MOST_PARTITIONS}.`];
  if (topic.replication !== 1 && topic.replication !== -1)
    return [errorCode.INVALID_REPLICATION_FACTOR, `Replication factor ${topic.replication}; there is one broker.`];
  const broken = topic.configs.find((config) => !isKeptAnyway(config));
  if (broken)
    return [
      errorCode.INVALID_CONFIG,
      `The embedded broker keeps everything, alone: no ${broken.name}=${broken.value}.`,
    ];
  return [errorCode.NONE, null];
}

export const deleteTopics: Api = {
  key: 20,
  name: 'DeleteTopics',
  versions: [0, 0],
  async handle(request, _version, broker, { access }) {
    const names = request.array(request.string);
    const results: [string, ErrorCode][] = [];
    for (const name of names) {
      const known = broker.log.partitionsOf(name) !== undefined;
      const error =
        access.topicRefusal('Delete', name) ?? (known ? errorCode.NONE : errorCode.UNKNOWN_TOPIC_OR_PARTITION);
      if (error === errorCode.NONE) await broker.log.delete(name);
      results.push([name, error]);
    }
    const answer = new Writer();
    return answer.array(results, ([name, error]) => answer.string(name).int16(error));
  },
};
