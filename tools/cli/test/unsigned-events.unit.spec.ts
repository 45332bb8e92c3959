import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimDataFolder, emptyEngineFolders } from '../src/data-folder';
import type { LauncherSettings } from '../src/environment';
import { planSystem } from '../src/service-table';
import { markNewLog, unsignedEvents } from '../src/unsigned-events';

describe('events without a signature', () => {
  let RENTALBOOK_DATA: string;
  beforeEach(() => {
    RENTALBOOK_DATA = mkdtempSync(join(tmpdir(), 'rentalbook-unsigned-'));
    claimDataFolder(RENTALBOOK_DATA);
  });
  afterEach(() => {
    rmSync(RENTALBOOK_DATA, { recursive: true });
  });
  const write = (name: string): void => {
    writeFileSync(join(RENTALBOOK_DATA, 'kafka', name), 'records');
  };

  it('are refused in a data folder that begins with this release, also at later starts', () => {
    markNewLog(RENTALBOOK_DATA);
    expect(unsignedEvents({ RENTALBOOK_DATA })).toBe('refuse');
    write('log.db');
    markNewLog(RENTALBOOK_DATA);
    expect(unsignedEvents({ RENTALBOOK_DATA })).toBe('refuse');
  });

  it('are applied in one of a release before until it begins anew', () => {
    write('log.db');
    markNewLog(RENTALBOOK_DATA);
    expect(unsignedEvents({ RENTALBOOK_DATA })).toBe('accept');
    emptyEngineFolders(RENTALBOOK_DATA);
    markNewLog(RENTALBOOK_DATA);
    expect(unsignedEvents({ RENTALBOOK_DATA })).toBe('refuse');
    expect(() => readFileSync(join(RENTALBOOK_DATA, 'kafka/log.db'))).toThrow('ENOENT');
  });

  it('are treated so by every subgraph', () => {
    const keys = {
      jwksFile: '',
      services: {
        publicDir: '',
        signingKeyFiles: { router: '', book: '', reserve: '', rental: '' },
        cursorSecretFiles: { book: '', reserve: '', rental: '', mypage: '' },
      },
    };
    const tokens = { member: '', secondMember: '', librarian: '' };
    const settings = { RENTALBOOK_DATA, KAFKA_TOPIC: 'rentalbook' } as LauncherSettings;
    const ofSubgraphs = (): unknown[] =>
      planSystem('/', settings, keys, tokens)
        .services.filter(({ name }) => name !== 'router')
        .map(({ env }) => env['UNSIGNED_EVENTS']);
    expect(ofSubgraphs()).toEqual(Array.from({ length: 4 }, () => 'accept'));
    markNewLog(RENTALBOOK_DATA);
    expect(ofSubgraphs()).toEqual(Array.from({ length: 4 }, () => 'refuse'));
  });

  it('are refused on brokers that the environment names', () => {
    write('log.db');
    expect(unsignedEvents({ RENTALBOOK_DATA, KAFKA_BROKERS: 'kafka:9092' })).toBe('refuse');
  });

  it.each(['accept', 'refuse'] as const)('are treated as the setting says, which is %s', (UNSIGNED_EVENTS) => {
    expect(unsignedEvents({ RENTALBOOK_DATA, UNSIGNED_EVENTS })).toBe(UNSIGNED_EVENTS);
    markNewLog(RENTALBOOK_DATA);
    expect(unsignedEvents({ RENTALBOOK_DATA, UNSIGNED_EVENTS })).toBe(UNSIGNED_EVENTS);
  });
});
