import { startEmbeddedKafka } from '@rentalbook/embedded-kafka';
import { startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Engine {
  readonly address: string;
  stop(): Promise<void>;
}

async function kafka(): Promise<Engine> {
  const dataDir = mkdtempSync(join(tmpdir(), 'rentalbook-bench-'));
  const { brokers, close } = await startEmbeddedKafka({ port: 0, dataDir });
  const stop = async (): Promise<void> => {
    await close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { address: brokers, stop };
}

async function mongo(): Promise<Engine> {
  const { url, close } = await startEmbeddedMongo({ port: 0 });
  return { address: url, stop: close };
}

const engines = { kafka, mongo };
type EngineName = keyof typeof engines;

/** What a program that measures is called with when it is to be an engine. */
export const isEngine = (role: string | undefined): role is EngineName => role !== undefined && role in engines;

/** Starts an embedded engine in a process of its own, as "npm start" does. */
export async function startEngine(name: EngineName): Promise<Engine> {
  const child = spawn(process.execPath, [__filename, name], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [address] = (await once(child, 'message')) as [string];
  return {
    address,
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** Is the engine until the process that started this one is done with it, or dead. */
export async function beEngine(name: EngineName): Promise<void> {
  const { address, stop } = await engines[name]();
  process.send?.(address);
  await once(process, 'disconnect');
  await stop();
}
