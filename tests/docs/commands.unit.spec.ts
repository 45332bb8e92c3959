import { existsSync, readFileSync } from 'node:fs';
import { commandBlocks, commandsIn } from '../drills/support/document';
import { executed, lookedAt, notExecuted } from './executed-commands';

const read = (file: string): string => readFileSync(file, 'utf8');

/** The headings under which a page has blocks of commands, and the commands within its prose. */
function commandsOf(page: string): readonly string[] {
  const text = read(page);
  return [...new Set([...commandBlocks(text).map(({ heading }) => heading), ...commandsIn(text)])].sort();
}

describe.each(Object.entries(executed))('%s', (page, commands) => {
  it('has no command that no test and no drill executes, and none is listed that it does not have', () => {
    const known = [...Object.keys(commands), ...(lookedAt[page] ?? []), ...(notExecuted[page] ?? [])];
    expect([...new Set(known)].sort()).toEqual(commandsOf(page));
  });

  it.each(Object.entries(commands))('has "%s" from where it is executed', (_command, [file, as]) => {
    expect({ file, has: existsSync(file) && read(file).includes(as) ? as : '' }).toEqual({ file, has: as });
  });
});
