import { eventually } from '@rentalbook/test-kit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { takeLock } from '../lock-file.mjs';
import { identityOf, isRunning } from '../process-identity.mjs';

let folder: string;
let lock: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rentalbook-lock-'));
  lock = join(folder, 'start.lock');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A process that takes the lock, prints whether it has it, and stays. */
function contender(): { readonly child: ChildProcess; readonly answer: Promise<string> } {
  const module = pathToFileURL(join(__dirname, '../lock-file.mjs')).href;
  const script = `const { takeLock } = await import('${module}');
    process.stdout.write(takeLock(process.argv[1]).release ? 'has it' : 'refused');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, lock], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return { child, answer: once(child.stdout, 'data').then(([chunk]) => String(chunk)) };
}

const someProcess = (): ChildProcess => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  children.push(child);
  return child;
};

describe('a lock that is a file', () => {
  it('is had by one of many that ask at the same moment, and names it to the others', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => contender().answer));
    expect(answers.filter((answer) => answer === 'has it')).toHaveLength(1);
    expect(children.map(({ pid }) => pid)).toContain(takeLock(lock).owner?.pid);
  });

  it('is taken over from a process that was killed, by one alone', async () => {
    const first = contender();
    expect(await first.answer).toBe('has it');
    const ended = once(first.child, 'exit');
    first.child.kill('SIGKILL');
    await ended;
    const answers = await Promise.all(Array.from({ length: 6 }, () => contender().answer));
    expect(answers.filter((answer) => answer === 'has it')).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['start.lock']);
  });

  it('is free again once it is released', () => {
    takeLock(lock).release?.();
    expect(readdirSync(folder)).toEqual([]);
    expect(takeLock(lock).release).toBeDefined();
  });

  it.each([
    ['empty', ''],
    ['cut short', '{"pid":1'],
    ['a process id without the time at which it started', JSON.stringify({ pid: process.pid })],
    ['a number, as a version before wrote it', String(process.pid)],
  ])('is taken over when it is %s', (_what, text) => {
    writeFileSync(lock, text);
    expect(takeLock(lock).release).toBeDefined();
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toEqual(identityOf(process.pid));
  });

  it('is taken over when a folder is in its place', () => {
    mkdirSync(join(lock, 'more'), { recursive: true });
    expect(takeLock(lock).release).toBeDefined();
  });

  it('is taken over when its process id belongs to another program by now', () => {
    writeFileSync(lock, JSON.stringify({ pid: someProcess().pid, startTime: 'long ago' }));
    expect(takeLock(lock).release).toBeDefined();
  });

  it('says which error keeps it from being created, instead of waiting', () => {
    expect(() => takeLock(join(folder, 'nowhere', 'start.lock'))).toThrow(/ENOENT/);
  });
});

describe('the identity of a process', () => {
  it('is that of a running process, and of none that has ended', async () => {
    const child = someProcess();
    const identity = identityOf(child.pid ?? 0);
    expect(isRunning(identity)).toBe(true);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await eventually(() => !isRunning(identity), { withinMs: 10_000, what: 'the end of the process' });
  });

  it('is another one for another process of the same id', () => {
    const { pid, startTime } = identityOf(someProcess().pid ?? 0);
    expect(isRunning({ pid, startTime: `${String(startTime)}0` })).toBe(false);
    expect(isRunning({ pid, startTime: undefined })).toBe(false);
  });
});
