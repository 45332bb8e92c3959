import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { httpDoor, kafkaDoor, knockAt, mongoDoor } from './doors';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function serve(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer(onConnection).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

const answering = (text: string): Promise<string> => serve((socket) => socket.once('data', () => socket.end(text)));

describe('a door is open', () => {
  it('where the server answers, and not where a proxy accepts the connection and nothing is behind it', async () => {
    const served = await answering('HTTP/1.1 200 OK\r\n\r\n');
    const withoutUpstream = await answering('HTTP/1.1 503 Service Unavailable\r\n\r\n');
    const engine = await answering('\x00\x00\x00\x0a');
    const accepting = await serve((socket) => socket.once('data', () => socket.destroy()));
    const doors = [httpDoor(served), httpDoor(withoutUpstream), kafkaDoor(engine), mongoDoor(accepting)];
    const { stdout } = await promisify(execFile)(process.execPath, ['--eval', knockAt(doors)]);
    expect(JSON.parse(stdout)).toEqual([served, engine]);
  });

  it.each([
    ['MongoDB', mongoDoor('mongo:27017').greeting, 52],
    ['Kafka', kafkaDoor('my-kafka:9092').greeting, 14],
  ])('%s is greeted with a message as long as it says', (_engine, greeting, length) => {
    const bytes = Buffer.from(greeting, 'hex');
    expect(bytes).toHaveLength(length);
    expect([bytes.readInt32LE(0), bytes.readInt32BE(0) + 4]).toContain(length);
  });
});
