import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { CHECK_EVERY_MS, mongoCredentialsOf, watchRotation } from '../src/mongo-credentials';

const ignore = (): void => undefined;

describe('a watch on the files of the MongoDB credentials', () => {
  let folder: string;
  let works: boolean;
  let attempts: number;
  let warnings: string[];
  let notes: unknown[];
  let rotations: number;
  let watch: ReturnType<typeof watchRotation>;
  const nextCheck = () => jest.advanceTimersByTimeAsync(CHECK_EVERY_MS);
  const file = (name: string): string => join(folder, name);
  const write = (name: string, text = ''): void => {
    writeFileSync(file(name), text);
  };
  const certificate = (place: number): string => rootCertificates[place] ?? '';

  beforeEach(() => {
    jest.useFakeTimers();
    [works, attempts, warnings, notes, rotations] = [true, 0, [], [], 0];
    folder = mkdtempSync(join(tmpdir(), 'rentalbook-rotation-'));
    write('password', 'first');
    write('ca.pem', certificate(0));
    const settings = {
      ...{ MONGO_USERNAME: 'reader', MONGO_PASSWORD_FILE: file('password') },
      MONGO_TLS_CA_FILE: file('ca.pem'),
    };
    const credentials = mongoCredentialsOf(settings, 'mongodb://mongo');
    expect(credentials.take()).toMatchObject({ auth: { password: 'first' } });
    watch = watchRotation({
      credentials,
      log: {
        debug: ignore,
        info: (fields, message) => notes.push({ ...fields, message }),
        warn: (_, message) => warnings.push(message),
        error: ignore,
      },
      tryConnection: () => {
        attempts += 1;
        return works ? Promise.resolve() : Promise.reject(new Error('refused'));
      },
      onRotated: () => (rotations += 1),
    });
    watch.start();
  });
  afterEach(() => {
    watch.stop();
    jest.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  it('opens no connection while they hold what the service connected with', async () => {
    await nextCheck();
    write('password', 'first');
    write('ca.pem', certificate(0));
    await nextCheck();
    expect([attempts, rotations, notes]).toEqual([0, 0, []]);
  });

  it('logs each changed password once MongoDB accepts it, and asks for no new process', async () => {
    for (const text of ['first\nsecond', 'second']) {
      write('password', text);
      await nextCheck();
      await nextCheck();
    }
    const note = { place: file('password'), message: 'keys or secrets that have changed were read again' };
    expect([attempts, rotations, notes]).toEqual([2, 0, [note, note]]);
  });

  it('reports rotated certificates once, when MongoDB accepts them', async () => {
    write('password', 'second');
    write('ca.pem', certificate(1));
    await nextCheck();
    await nextCheck();
    expect([attempts, rotations, warnings, notes]).toEqual([1, 1, [], []]);
  });

  it('keeps those of before while MongoDB refuses the new ones, and warns once per change', async () => {
    works = false;
    write('ca.pem', certificate(1));
    await nextCheck();
    await nextCheck();
    expect([attempts, rotations, warnings.length]).toEqual([2, 0, 1]);
    write('password', 'third');
    await nextCheck();
    expect([rotations, warnings.length, notes]).toEqual([0, 2, []]);
    works = true;
    await nextCheck();
    expect(rotations).toBe(1);
  });

  it('takes a change back when the file holds again what the service connected with', async () => {
    works = false;
    write('ca.pem', certificate(1));
    await nextCheck();
    write('ca.pem', certificate(0));
    works = true;
    await nextCheck();
    expect([attempts, rotations]).toEqual([1, 0]);
  });

  it.each(['password', 'ca.pem'])('treats %s that is gone as a change that does not work', async (name) => {
    works = false;
    rmSync(file(name));
    await nextCheck();
    expect([attempts, rotations, warnings.length]).toEqual([1, 0, 1]);
  });

  it('reports nothing after it was stopped', async () => {
    write('ca.pem', certificate(1));
    watch.stop();
    await nextCheck();
    expect([attempts, rotations]).toEqual([0, 0]);
  });
});
