import { failedJoin } from '../groups/member';
import { errorCode, type ErrorCode } from '../protocol/error-codes';
import { Writer } from '../protocol/writer';
import type { Api } from './api';

export const joinGroup: Api = {
  key: 11,
  name: 'JoinGroup',
  versions: [1, 1],
  async handle(request, _version, broker, client) {
    const groupId = request.string();
    const asked = {
      clientId: client.id,
      clientHost: client.host,
      sessionTimeout: request.int32(),
      rebalanceTimeout: request.int32(),
      memberId: request.string(),
      protocolType: request.string(),
      protocols: request.array(() => ({ name: request.string(), metadata: Buffer.from(request.data()) })),
    };
    const refusal = client.access.groupRefusal('Read', groupId);
    const joined =
      refusal === undefined
        ? await broker.group(groupId).join(asked, client.gone)
        : failedJoin(refusal, asked.memberId);
    const answer = new Writer().int16(joined.error).int32(joined.generation);
    answer.string(joined.protocol).string(joined.leader).string(joined.memberId);
    return answer.array(joined.members, ({ id, metadata }) => answer.string(id).data(metadata));
  },
};

export const syncGroup: Api = {
  key: 14,
  name: 'SyncGroup',
  versions: [0, 0],
  async handle(request, _version, broker, { access }) {
    const groupId = request.string();
    const generation = request.int32();
    const memberId = request.string();
    const assignments = request.array((): [string, Buffer] => [request.string(), Buffer.from(request.data())]);
    const refusal = access.groupRefusal('Read', groupId);
    const { error, assignment } =
      refusal === undefined
        ? await broker.group(groupId).sync(memberId, generation, new Map(assignments))
        : { error: refusal, assignment: Buffer.alloc(0) };
    return new Writer().int16(error).data(assignment);
  },
};

export const heartbeat: Api = {
  key: 12,
  name: 'Heartbeat',
  versions: [0, 0],
  handle(request, _version, broker, { access }) {
    const groupId = request.string();
    const generation = request.int32();
    const memberId = request.string();
    const refusal = access.groupRefusal('Read', groupId);
    return new Writer().int16(refusal ?? broker.group(groupId).heartbeat(memberId, generation));
  },
};

export const leaveGroup: Api = {
  key: 13,
  name: 'LeaveGroup',
  versions: [0, 0],
  handle(request, _version, broker, { access }) {
    const groupId = request.string();
    const memberId = request.string();
    return new Writer().int16(access.groupRefusal('Read', groupId) ?? broker.group(groupId).leave(memberId));
  },
};

export const offsetCommit: Api = {
  key: 8,
  name: 'OffsetCommit',
  versions: [2, 2],
  async handle(request, _version, broker, { access }) {
    const groupId = request.string();
    const generation = request.int32();
    const memberId = request.string();
    request.int64();
    const asked = request.array(() => ({
      topic: request.string(),
      partitions: request.array(() => ({
        partition: request.int32(),
        offset: request.int64(),
        metadata: request.nullableString(),
      })),
    }));
    const allowed = access.groupRefusal('Read', groupId) ?? broker.group(groupId).mayCommit(memberId, generation);
    const results = asked.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((place) => {
        const exists = place.partition >= 0 && place.partition < (broker.log.partitionsOf(topic) ?? 0);
        const refusal = access.topicRefusal('Read', topic);
        const error: ErrorCode = refusal ?? (exists ? allowed : errorCode.UNKNOWN_TOPIC_OR_PARTITION);
        return { ...place, error };
      }),
    }));
    const accepted = results.flatMap(({ topic, partitions }) =>
      partitions.filter(({ error }) => error === errorCode.NONE).map((place) => ({ topic, ...place })),
    );
    if (accepted.length > 0) await broker.storage.commitOffsets(groupId, accepted);
    const answer = new Writer();
    return answer.array(results, ({ topic, partitions }) =>
      answer.string(topic).array(partitions, ({ partition, error }) => answer.int32(partition).int16(error)),
    );
  },
};

export const offsetFetch: Api = {
  key: 9,
  name: 'OffsetFetch',
  versions: [1, 2],
  handle(request, version, broker, { access }) {
    const groupId = request.string();
    const refusal = access.groupRefusal('Describe', groupId);
    const committed = refusal === undefined ? broker.storage.committedOffsets(groupId) : [];
    const asked = request.nullableArray(() => ({
      topic: request.string(),
      partitions: request.array(request.int32),
    }));
    const everything = [...new Set(committed.map(({ topic }) => topic))].map((topic) => ({
      topic,
      partitions: committed.filter((place) => place.topic === topic).map(({ partition }) => partition),
    }));
    const answer = new Writer();
    answer.array(asked ?? everything, ({ topic, partitions }) =>
      answer.string(topic).array(partitions, (partition) => {
        const place = committed.find((one) => one.topic === topic && one.partition === partition);
        answer
          .int32(partition)
          .int64(place?.offset ?? -1)
          .string(place?.metadata ?? '')
          .int16(refusal ?? errorCode.NONE);
      }),
    );
    return version >= 2 ? answer.int16(refusal ?? errorCode.NONE) : answer;
  },
};

export const describeGroups: Api = {
  key: 15,
  name: 'DescribeGroups',
  versions: [0, 0],
  handle(request, _version, broker, { access }) {
    const ids = request.array(request.string);
    const answer = new Writer();
    return answer.array(ids, (id) => {
      const refusal = access.groupRefusal('Describe', id);
      const group = refusal === undefined ? broker.knownGroup(id)?.describe() : undefined;
      const isEmpty = refusal === undefined && broker.groupIds().includes(id);
      const state = group?.state ?? (isEmpty ? 'Empty' : 'Dead');
      answer
        .int16(refusal ?? errorCode.NONE)
        .string(id)
        .string(state);
      answer.string(group?.protocolType ?? '').string(group?.protocol ?? '');
      answer.array(group?.members ?? [], (member) =>
        answer
          .string(member.id)
          .string(member.clientId)
          .string(member.clientHost)
          .data(member.metadata)
          .data(member.assignment),
      );
    });
  },
};

export const listGroups: Api = {
  key: 16,
  name: 'ListGroups',
  versions: [0, 0],
  handle(_request, _version, broker, { access }) {
    const answer = new Writer().int16(errorCode.NONE);
    const described = broker.groupIds().filter((id) => access.may('Describe', 'group', id));
    return answer.array(described, (id) => answer.string(id).string(broker.knownGroup(id)?.protocolType() ?? ''));
  },
};

export const deleteGroups: Api = {
  key: 42,
  name: 'DeleteGroups',
  versions: [0, 0],
  async handle(request, _version, broker, { access }) {
    const results: [string, ErrorCode][] = [];
    for (const id of request.array(request.string)) {
      const error = access.groupRefusal('Delete', id) ?? deletable(id, broker.groupIds(), broker.knownGroup(id)?.state);
      if (error === errorCode.NONE) {
        await broker.storage.deleteGroup(id);
        broker.forgetGroup(id);
      }
      results.push([id, error]);
    }
    const answer = new Writer().int32(0);
    return answer.array(results, ([id, error]) => answer.string(id).int16(error));
  },
};

function deletable(id: string, known: readonly string[], state: string | undefined): ErrorCode {
  if (state !== undefined && state !== 'Empty') return errorCode.NON_EMPTY_GROUP;
  return known.includes(id) || state !== undefined ? errorCode.NONE : errorCode.GROUP_ID_NOT_FOUND;
}
