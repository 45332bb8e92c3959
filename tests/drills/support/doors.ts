/** A server, and what it is sent: some bytes that it answers, so that a proxy that merely accepts connections is no answer. */
export interface Door {
  readonly server: string;
  /** In hexadecimal digits. */
  readonly greeting: string;
  /** What the answer begins with; without it any byte is an answer. */
  readonly answer?: string;
}

/** `GET /readyz`, which the mesh allows the router as well; a sidecar without the server behind it answers 503. */
export const httpDoor = (server: string): Door => ({
  server,
  greeting: Buffer.from(`GET /readyz HTTP/1.1\r\nHost: ${server}\r\nConnection: close\r\n\r\n`).toString('hex'),
  answer: 'HTTP/1.1 200 ',
});

/** A server that answers anything. */
export const answeringDoor = (server: string): Door => ({ server, greeting: '0000' });

/** Kafka: ApiVersions, version 0, without a client id (https://kafka.apache.org/protocol). */
export const kafkaDoor = (server: string): Door => ({ server, greeting: '0000000a0012000000000001ffff' });

/** MongoDB: `{ hello: 1, $db: "admin" }` as OP_MSG (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol). */
export const mongoDoor = (server: string): Door => {
  const command = Buffer.from('\0\0\0\0\x10hello\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0', 'latin1');
  command.writeInt32LE(command.length);
  const header = Buffer.alloc(21);
  header.writeInt32LE(header.length + command.length);
  header.writeInt32LE(1, 4);
  header.writeInt32LE(2013, 12);
  return { server, greeting: Buffer.concat([header, command]).toString('hex') };
};

/** A program for Node: prints, as JSON, which of the servers answer. */
export const knockAt = (doors: readonly Door[]): string => `
  const { connect } = require('node:net');
  const knock = ({ server, greeting, answer = '' }) => new Promise((resolve) => {
    const [host, port] = server.split(':');
    const socket = connect({ host, port: Number(port), timeout: 1500 });
    const end = (found) => () => { socket.destroy(); resolve(found); };
    socket.on('connect', () => socket.write(Buffer.from(greeting, 'hex')));
    socket.on('data', (bytes) => end(bytes.toString('latin1').startsWith(answer) ? [server] : [])());
    socket.on('error', end([])).on('timeout', end([])).on('close', end([]));
  });
  Promise.all(${JSON.stringify(doors)}.map(knock)).then((all) => process.stdout.write(JSON.stringify(all.flat())));
`;
