import { PassThrough } from 'node:stream';
import { createLogLines } from '../src/log-lines';

const shown = (line: string): string => {
  const out = new PassThrough();
  createLogLines(out).show('book', line);
  return String(out.read());
};

describe('a line that a service logged', () => {
  it('is one line for a terminal, whatever its fields hold', () => {
    const entry = { level: 'warn', time: '2026-03-02T09:30:00.000Z', service: 'book', msg: 'refused\nERROR forged' };
    const line = shown(JSON.stringify({ ...entry, key: 'a\u001b[2Jb', title: '\u202eeltit', name: 'x\u2028y' }));
    expect(line).toBe(
      '09:30:00.000 book           warn  refused\\u000aERROR forged key=a\\u001b[2Jb title=\\u202eeltit name="x\\u2028y"\n',
    );
  });

  it('is escaped also when it is no JSON', () => {
    expect(shown('a\u0007b\u009bc')).toMatch(/a\\u0007b\\u009bc\n$/);
  });
});
