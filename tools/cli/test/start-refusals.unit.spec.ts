import { freePorts } from '@rentalbook/test-kit';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimDataFolder } from '../src/data-folder';
import { readEnvironment } from '../src/environment';
import { requirePorts } from '../src/ports';

type Variables = Readonly<Record<string, string>>;
const PORT_SETTINGS = ['PORT', 'BOOK_PORT', 'RESERVE_PORT', 'RENTAL_PORT', 'MYPAGE_PORT'];
const ENGINE_SETTINGS = ['EMBEDDED_KAFKA_PORT', 'EMBEDDED_MONGO_PORT'];

/** The ports that cases name are none that freePorts gives. */
async function refusalOf(variables: Variables): Promise<string> {
  const before = { ...process.env };
  const settings = [...PORT_SETTINGS, ...ENGINE_SETTINGS];
  const free = await freePorts(settings.length);
  Object.assign(process.env, Object.fromEntries(settings.map((name, place) => [name, String(free[place])])), variables);
  try {
    await requirePorts(readEnvironment());
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    process.env = before;
  }
}

describe('the ports of npm start', () => {
  it('are as they are set, when each has its own', async () => {
    expect(await refusalOf({})).toBe('');
  });

  it.each([
    [{ PORT: '13111', BOOK_PORT: '13111' }, /^Settings PORT and BOOK_PORT share port 13111; give each[^\n]*$/],
    [{ MYPAGE_PORT: '13112', EMBEDDED_MONGO_PORT: '13112' }, /^Settings MYPAGE_PORT and EMBEDDED_MONGO_PORT share/],
    [
      { PORT: '13113', METRICS_PORT: '13113' },
      /^Settings PORT and METRICS_PORT share port 13113; .*five ports in a row/,
    ],
    [
      { RENTAL_PORT: '13118', METRICS_PORT: '13114' },
      /^Settings RENTAL_PORT and METRICS_PORT share port 13118; .*five/,
    ],
    [{ METRICS_PORT: '65532' }, /^Setting METRICS_PORT: "65532" does not fit: .*65531 at most\.$/],
    [{ PORT: '0' }, /^Setting PORT: "0" does not fit: is a port from 1 to 65535\.$/],
    [{ BOOK_PORT: '65536' }, /^Setting BOOK_PORT: "65536" does not fit: is a port from 1 to 65535\.$/],
    [{ BOOK_PORT: '40.5' }, /^Setting BOOK_PORT: "40.5" does not fit: is a port/],
    [{ METRICS_PORT: 'many' }, /^Setting METRICS_PORT: "many" does not fit: is a port/],
  ])('%j are refused in one sentence', async (variables: Variables, sentence) => {
    expect(await refusalOf(variables)).toMatch(sentence);
  });

  it('of an engine that the environment names is free for another use', async () => {
    const variables = { KAFKA_BROKERS: 'kafka:9092', EMBEDDED_KAFKA_PORT: '13119', BOOK_PORT: '13119' };
    expect(await refusalOf(variables)).toBe('');
  });

  it('in use by another program, also among those of the metrics, are named with their setting', async () => {
    const taken = createServer().listen(13_128, '127.0.0.1');
    await once(taken, 'listening');
    const refusal = await refusalOf({ METRICS_PORT: '13125' }).finally(() => taken.close());
    expect(refusal).toMatch(
      /^Port 13128 \(METRICS_PORT\) is in use by another program; stop it or set METRICS_PORT\.$/,
    );
  });
});

const UNPRIVILEGED_UID = 65_534;

/** Root has permission for every file. */
function asOrdinaryUser(work: () => void): void {
  if (process.getuid?.() !== 0) {
    work();
    return;
  }
  process.seteuid?.(UNPRIVILEGED_UID);
  try {
    work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('a data folder that cannot be used is refused in one sentence', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rentalbook-data-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const at = (...names: string[]): string => join(folder, ...names);

  it.each<[string, () => string, RegExp]>([
    ['a file in its place', () => (writeFileSync(at('file'), ''), at('file')), /not a folder is in its place/],
    ['a file above it', () => (writeFileSync(at('file'), ''), at('file', 'data')), /not a folder is in its place/],
    ['a link to nothing', () => (symlinkSync(at('gone'), at('link')), at('link')), /symbolic link to nothing/],
    ['links in a circle', () => (symlinkSync(at('loop'), at('loop')), at('loop')), /in a circle|symbolic link/],
    ['a path too long', () => at(...Array.from({ length: 30 }, () => 'x'.repeat(200))), /the path is too long/],
    [
      'a file where Kafka keeps its log',
      () => {
        mkdirSync(at('data'));
        writeFileSync(at('data', 'kafka'), '');
        return at('data');
      },
      /data\/kafka: something that is not a folder is in its place/,
    ],
    ['a file system that takes no folders', () => '/sys/rentalbook', /\/sys\/?\S*: .*(read-only|no permission)/],
    ['a file system that takes no files', () => '/proc/rentalbook', /does not exist|read-only|permission/],
  ])('%s', (_what, prepare, sentence) => {
    const path = prepare();
    const claim = (): void => {
      claimDataFolder(path);
    };
    expect(claim).toThrow(sentence);
    expect(claim).toThrow(/^The data folder [^\n]+ cannot be used: [^\n]+set RENTALBOOK_DATA to another folder\.$/);
  });

  it.each([
    ['mongo', 'mongo.db', 0o444],
    ['kafka', 'log.db', 0o000],
    ['keys', 'jwks.json', 0o000],
  ])('one with a file in %s that this user has no permission for: %s', (name, file, mode) => {
    for (const folder of ['keys', 'policy', 'kafka', 'mongo']) {
      mkdirSync(at(folder));
      chmodSync(at(folder), 0o777);
    }
    chmodSync(at(), 0o777);
    writeFileSync(at(name, file), '');
    chmodSync(at(name, file), mode);
    const claim = (): void => {
      asOrdinaryUser(() => {
        claimDataFolder(at());
      });
    };
    expect(claim).toThrow(
      `The data folder ${at()} cannot be used: ${at(name, file)}: this user has no permission (EACCES); mend that, or set RENTALBOOK_DATA to another folder.`,
    );
  });

  it('that of another launcher, which is named', () => {
    claimDataFolder(at('data'));
    expect(() => {
      claimDataFolder(at('data'));
    }).toThrow(
      new RegExp(
        `^rentalbook runs on .* already \\(process ${String(process.pid)}\\); stop it, or set RENTALBOOK_DATA`,
      ),
    );
    expect(readdirSync(at('data')).sort()).toEqual(['keys', 'kafka', 'mongo', 'policy', 'start.lock'].sort());
  });
});

describe('the data folder', () => {
  it('keeps keys and data from other users of the machine, also one that was open to them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rentalbook-data-'));
    for (const name of ['keys', 'kafka']) {
      mkdirSync(join(folder, name));
      chmodSync(join(folder, name), 0o755);
    }
    claimDataFolder(folder);
    for (const name of ['keys', 'kafka', 'mongo']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o700);
    rmSync(folder, { recursive: true });
  });
});
