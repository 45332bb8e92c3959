import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface AnswerLosingProxy {
  readonly url: string;
  /** How many answers were lost so far. */
  readonly lost: number;
  /** The next `times` commands of this name on this collection are carried out; their answers never arrive. */
  loseAnswersTo(command: 'insert' | 'update', collection: string, times: number): void;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Stands between a client and MongoDB, hands everything on, and hangs up instead of handing on the answers it is told to lose. */
export async function startAnswerLosingProxy(mongoPort: number): Promise<AnswerLosingProxy> {
  const sockets = new Set<Socket>();
  let losing: { readonly beginning: Buffer; times: number } | undefined;
  let lost = 0;

  const server = createServer((client) => {
    const upstream = connect(mongoPort, HOST);
    let losesNextAnswer = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
      // The other side hung up, which is what this proxy is for; "close" follows.
      socket.on('error', () => socket.destroy());
    }
    client.on('data', (request) => {
      if (losing && losing.times > 0 && request.includes(losing.beginning)) {
        losing.times -= 1;
        losesNextAnswer = true;
      }
      upstream.write(request);
    });
    upstream.on('data', (answer) => {
      if (!losesNextAnswer) {
        client.write(answer);
        return;
      }
      lost += 1;
      client.destroy();
    });
  });
  await new Promise<void>((listening) => server.listen(0, HOST, listening));

  return {
    url: `mongodb://${HOST}:${String((server.address() as AddressInfo).port)}`,
    get lost() {
      return lost;
    },
    loseAnswersTo(command, collection, times) {
      losing = { beginning: bsonField(command, collection), times };
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A text field as BSON writes it; the first field of a command is its name with its collection. */
function bsonField(name: string, text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32LE(Buffer.byteLength(text) + 1);
  return Buffer.concat([Buffer.from(`\x02${name}\0`), length, Buffer.from(`${text}\0`)]);
}
