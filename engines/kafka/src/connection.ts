import type { Socket } from 'node:net';
import type { Access } from './access';
import { advertise, API_VERSIONS, apis, LOGIN_APIS } from './apis';
import type { Broker } from './broker';
import type { Logger } from './logger';
import { errorCode } from './protocol/error-codes';
import { MalformedRequest, Reader } from './protocol/reader';
import { Writer } from './protocol/writer';

const LENGTH_BYTES = 4;
/** As Kafka's socket.request.max.bytes, smaller: a development broker gets no requests of 100 MB. */
const MOST_REQUEST_BYTES = 16 * 1_048_576;

/** Serves one client until it goes, or sends something that is not Kafka's protocol. */
export function serveConnection(socket: Socket, broker: Broker, access: Access, log: Logger): void {
  const from = `${socket.remoteAddress ?? ''}:${String(socket.remotePort ?? '')}`;
  const gone = new AbortController();
  let received: Buffer[] = [];
  let size = 0;

  const hangUp = (reason: string): void => {
    if (socket.destroyed) return;
    log.warn(`closed the connection of ${from}: ${reason}`);
    socket.destroy();
  };
  const send = (correlationId: number, answer: Writer): void => {
    const body = answer.toBuffer();
    const header = new Writer().int32(LENGTH_BYTES + body.length).int32(correlationId);
    if (socket.writable) socket.write(Buffer.concat([header.toBuffer(), body]));
  };
  const serve = async (request: Buffer): Promise<void> => {
    const reader = new Reader(request);
    const key = reader.int16();
    const version = reader.int16();
    const correlationId = reader.int32();
    const clientId = reader.nullableString() ?? '';
    const api = apis.get(key);
    if (!api || version < api.versions[0] || version > api.versions[1]) {
      log.warn(
        `the client "${clientId}" asked for API ${String(key)} version ${String(version)}, which is not spoken here`,
      );
      if (key !== API_VERSIONS)
        throw new MalformedRequest(`API ${String(key)} version ${String(version)} is not supported`);
      send(correlationId, advertise(0, errorCode.UNSUPPORTED_VERSION));
      return;
    }
    if (!access.isLoggedIn && key !== API_VERSIONS && !LOGIN_APIS.has(key))
      throw new MalformedRequest(`the client "${clientId}" has not logged in, and asked for ${api.name}`);
    const client = { id: clientId, host: socket.remoteAddress ?? '', gone: gone.signal, access };
    const answer = await api.handle(reader, version, broker, client);
    if (answer) send(correlationId, answer);
  };

  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    gone.abort();
  });
  socket.on('data', (chunk) => {
    received.push(chunk);
    size += chunk.length;
    for (let frame = take(); frame; frame = take())
      serve(frame).catch((error: unknown) => {
        hangUp(error instanceof Error ? error.message : String(error));
      });
  });

  /** The next whole request, when it has arrived. */
  function take(): Buffer | undefined {
    if (size < LENGTH_BYTES) return undefined;
    const bytes = received.length === 1 && received[0] ? received[0] : Buffer.concat(received);
    received = [bytes];
    const length = bytes.readInt32BE(0);
    if (length < 0 || length > MOST_REQUEST_BYTES) {
      received = [];
      size = 0;
      hangUp(`a request of ${String(length)} bytes is not Kafka's protocol, or too large`);
      return undefined;
    }
    const end = LENGTH_BYTES + length;
    if (size < end) return undefined;
    received = [bytes.subarray(end)];
    size -= end;
    return bytes.subarray(LENGTH_BYTES, end);
  }
}
