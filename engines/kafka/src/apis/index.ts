import { errorCode } from '../protocol/error-codes';
import { Writer } from '../protocol/writer';
import type { Api } from './api';
import { createTopics, deleteTopics, findCoordinator, metadata } from './cluster.apis';
import {
  deleteGroups,
  describeGroups,
  heartbeat,
  joinGroup,
  leaveGroup,
  listGroups,
  offsetCommit,
  offsetFetch,
  syncGroup,
} from './group.apis';
import { saslAuthenticate, saslHandshake } from './login.apis';
import { deleteRecords, fetch, listOffsets, produce } from './record.apis';

export { LOGIN_APIS } from './login.apis';

export const API_VERSIONS = 18;

const apiVersions: Api = {
  key: API_VERSIONS,
  name: 'ApiVersions',
  versions: [0, 2],
  handle: (_request, version) => advertise(version, errorCode.NONE),
};

/** Every API that this broker speaks: what is not here is not advertised, and refused when a client sends it. */
export const apis: ReadonlyMap<number, Api> = new Map(
  [
    apiVersions,
    saslHandshake,
    saslAuthenticate,
    metadata,
    produce,
    fetch,
    listOffsets,
    findCoordinator,
    joinGroup,
    syncGroup,
    heartbeat,
    leaveGroup,
    offsetCommit,
    offsetFetch,
    describeGroups,
    listGroups,
    deleteGroups,
    createTopics,
    deleteTopics,
    deleteRecords,
  ].map((api) => [api.key, api]),
);

/** The list of APIs; also the answer to a client that asks for it in a version we do not speak. */
export function advertise(version: number, error: number): Writer {
  const answer = new Writer().int16(error);
  answer.array([...apis.values()], ({ key, versions: [least, most] }) => answer.int16(key).int16(least).int16(most));
  return version > 0 ? answer.int32(0) : answer;
}
