import { Writer } from '../protocol/writer';
import type { Api } from './api';

export const saslHandshake: Api = {
  key: 17,
  name: 'SaslHandshake',
  versions: [1, 1],
  handle(request, _version, _broker, { access }) {
    const answer = new Writer().int16(access.begin(request.string()));
    return answer.array(access.mechanisms, (mechanism) => answer.string(mechanism));
  },
};

export const saslAuthenticate: Api = {
  key: 36,
  name: 'SaslAuthenticate',
  versions: [0, 0],
  handle(request, _version, _broker, { access }) {
    const { error, message, answer } = access.step(request.data().toString('utf8'));
    return new Writer().int16(error).string(message).data(answer);
  },
};

/** The APIs of a login, which are answered to clients that have not logged in. */
export const LOGIN_APIS: ReadonlySet<number> = new Set([saslHandshake.key, saslAuthenticate.key]);
