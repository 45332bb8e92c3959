import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, digestOfFolder, keptBuilds } from './support/kept-builds';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rentalbook-kept-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a build that is kept', () => {
  it('is read again for the same inputs and the same build, and for no other', () => {
    expect(keptBuilds(folder, 'inputs').keep('one', 'output of one')).toBe('output of one');
    const later = keptBuilds(folder, 'inputs');
    expect([later.read('one'), later.read('another')]).toEqual(['output of one', undefined]);
    expect(keptBuilds(folder, 'other inputs').read('one')).toBeUndefined();
    expect(readdirSync(folder)).toEqual(['other inputs']);
  });
});

describe('the digest of a folder', () => {
  it('changes with the content, the name and the folder of a file, and with nothing else', () => {
    const written = (name: string, content: string): string => {
      const copy = mkdtempSync(join(folder, 'copy-'));
      mkdirSync(join(copy, 'base'));
      writeFileSync(join(copy, name), content);
      return digestOfFolder(copy);
    };
    const digests = [written('base/a.yaml', 'a'), written('base/a.yaml', 'b'), written('base/b.yaml', 'a')];
    expect(new Set([...digests, written('a.yaml', 'a')]).size).toBe(4);
    expect(written('base/a.yaml', 'a')).toBe(digests[0]);
    expect(digestOf('ab', 'c')).not.toBe(digestOf('a', 'bc'));
  });
});
