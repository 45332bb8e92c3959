import type { Socket } from 'node:net';
import type { BsonDocument } from '../bson/values';
import { CommandError } from '../errors';
import type { Logger } from '../logger';
import { FrameReader, ProtocolError } from './frames';
import { encodeAnswer, parseMessage, type Answer, type Request } from './messages';

export interface ConnectionOptions {
  readonly execute: (command: BsonDocument) => Answer;
  /** Resolves when every change made so far is durable. */
  readonly settled: () => Promise<void>;
  readonly logger: Logger;
}

/**
 * Serves one client: its requests in order, each answer only after every change that it shows is durable, so that
 * no client acts on a change that a crash may still undo.
 */
export function serveConnection(socket: Socket, { execute, settled, logger }: ConnectionOptions): void {
  const reader = new FrameReader();
  const client = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? '?'}`;
  let answers: Promise<void> = Promise.resolve();

  const serve = (request: Request): void => {
    const answer = answerOf(request, execute, logger);
    const bytes = request.wantsAnswer ? encodeAnswer(request, answer) : undefined;
    const durable = settled();
    answers = answers.then(async () => {
      await durable;
      if (bytes && !socket.destroyed) await written(socket, bytes);
    });
    answers.catch(() => socket.destroy());
  };

  socket.setNoDelay(true);
  socket.on('error', (error) => {
    logger.debug(`the connection of ${client} failed: ${error.message}`);
  });
  socket.on('data', (chunk) => {
    try {
      for (const message of reader.push(chunk)) serve(parseMessage(message));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof ProtocolError) logger.warn(`closing the connection of ${client}: ${reason}`);
      else logger.error(`closing the connection of ${client} after a fault of this server: ${reason}`);
      socket.destroy();
    }
  });
}

function answerOf({ command }: Request, execute: ConnectionOptions['execute'], logger: Logger): Answer {
  try {
    return execute(command);
  } catch (error) {
    if (error instanceof CommandError) {
      logger.debug(`${Object.keys(command)[0] ?? '?'} refused: ${error.message}`);
      return { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName, ...error.details };
    }
    const reason = error instanceof Error ? error.message : String(error);
    logger.error(
      `${Object.keys(command)[0] ?? '?'} failed: ${error instanceof Error ? (error.stack ?? reason) : reason}`,
    );
    return { ok: 0, errmsg: reason, code: 8, codeName: 'UnknownError' };
  }
}

/** Waits while the client does not read what it asked for. */
function written(socket: Socket, bytes: Buffer): Promise<void> | undefined {
  if (socket.write(bytes)) return undefined;
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.once('drain', done).once('close', done);
  });
}
