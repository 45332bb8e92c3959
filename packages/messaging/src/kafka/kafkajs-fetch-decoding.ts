import Fetch from 'kafkajs/src/protocol/requests/fetch';
import { decodeFetchResponse, LEAST_VERSION } from './records/fetch-response';

const { protocol } = Fetch;

/**
 * Has kafkajs's consumers use our decoder of record batches (ADR 0017). That of kafkajs 2.2.4 compares no checksum, has no
 * codec but gzip, decompresses without a limit, and for one batch that it cannot decode it ends the consumer for good.
 */
Fetch.protocol = ({ version }) => {
  const original = protocol({ version });
  if (version < LEAST_VERSION) return original;
  return (request) => {
    const { response, ...rest } = original(request);
    return { ...rest, response: { ...response, decode: (bytes) => decodeFetchResponse(bytes, version, request) } };
  };
};
