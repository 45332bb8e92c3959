import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECK_EVERY_MS, mongoCredentialsOf, watchRotation } from '../src/mongo-credentials';

const ignore = (): void => undefined;

describe('a watch on the files of the MongoDB credentials', () => {
  let file: string;
  let works: boolean;
  let attempts: number;
  let warnings: string[];
  let rotations: number;
  let watch: ReturnType<typeof watchRotation>;
  const nextCheck = () => jest.advanceTimersByTimeAsync(CHECK_EVERY_MS);

  beforeEach(() => {
    jest.useFakeTimers();
    [works, attempts, warnings, rotations] = [true, 0, [], 0];
    file = join(mkdtempSync(join(tmpdir(), 'rentalbook-rotation-')), 'password');
    writeFileSync(file, 'first');
    const credentials = mongoCredentialsOf({ MONGO_USERNAME: 'reader', MONGO_PASSWORD_FILE: file }, 'mongodb://mongo');
    expect(credentials.take()).toMatchObject({ auth: { password: 'first' } });
    watch = watchRotation({
      credentials,
      log: { debug: ignore, info: ignore, warn: (_, message) => warnings.push(message), error: ignore },
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
    rmSync(join(file, '..'), { recursive: true });
  });

  it('opens no connection while they hold what the service connected with', async () => {
    await nextCheck();
    writeFileSync(file, 'first');
    await nextCheck();
    expect([attempts, rotations]).toEqual([0, 0]);
  });

  it('reports rotated credentials once, when MongoDB accepts them', async () => {
    writeFileSync(file, 'second');
    await nextCheck();
    await nextCheck();
    expect([attempts, rotations, warnings]).toEqual([1, 1, []]);
  });

  it('keeps those of before while MongoDB refuses the new ones, and warns once per change', async () => {
    works = false;
    writeFileSync(file, 'second');
    await nextCheck();
    await nextCheck();
    expect([attempts, rotations, warnings.length]).toEqual([2, 0, 1]);
    writeFileSync(file, 'third');
    await nextCheck();
    expect([rotations, warnings.length]).toEqual([0, 2]);
    works = true;
    await nextCheck();
    expect(rotations).toBe(1);
  });

  it('takes a change back when the file holds again what the service connected with', async () => {
    works = false;
    writeFileSync(file, 'second');
    await nextCheck();
    writeFileSync(file, 'first');
    works = true;
    await nextCheck();
    expect([attempts, rotations]).toEqual([1, 0]);
  });

  it('treats a file that is gone as a change that does not work', async () => {
    works = false;
    rmSync(file);
    await nextCheck();
    expect([attempts, rotations, warnings.length]).toEqual([1, 0, 1]);
  });

  it('reports nothing after it was stopped', async () => {
    writeFileSync(file, 'second');
    watch.stop();
    await nextCheck();
    expect([attempts, rotations]).toEqual([0, 0]);
  });
});
