import { readFileSync } from 'node:fs';
import { bar } from './drill';

/** A block of commands of a page, with the heading that it stands under. */
export interface CommandBlock {
  readonly heading: string;
  readonly script: string;
}

/** The `sh` blocks of a page in Markdown, in their order. */
export function commandBlocks(page: string): readonly CommandBlock[] {
  const blocks: CommandBlock[] = [];
  let heading = '';
  let script: string[] | undefined;
  let isBlock = false;
  for (const line of page.split('\n')) {
    const fence = /^ *```(\w*)$/.exec(line);
    if (fence) {
      if (script) blocks.push({ heading, script: script.join('\n') });
      script = !isBlock && fence[1] === 'sh' ? [] : undefined;
      isBlock = !isBlock;
    } else if (script) script.push(line);
    else if (!isBlock && line.startsWith('#')) heading = line.replace(/^#+ /, '');
  }
  return blocks;
}

/** The blocks under a heading of a file, each a script; throws NotProven where there are none. */
export function blocksOf(file: string, heading: string): readonly string[] {
  const scripts = commandBlocks(readFileSync(file, 'utf8'))
    .filter((block) => block.heading === heading)
    .map(({ script }) => script);
  bar(scripts.length > 0, `${file} has no commands under "${heading}"`);
  return scripts;
}

/** The first of them. */
export const blockOf = (file: string, heading: string): string => blocksOf(file, heading)[0] ?? '';

const COMMAND = /^(kubectl|npm run|npm start|node|openssl|docker|kind|kafka-configs\.sh|db\.)/;
/** A program's name alone, or the beginning of what it prints, is no command. */
const isCommand = (code: string): boolean =>
  COMMAND.test(code) && !/^(kubectl|npm start|kubectl (apply|drain|rollout restart|knows .*))$/.test(code);

/** The commands within the prose of a page, without its blocks. */
export const commandsIn = (page: string): readonly string[] =>
  [...page.replaceAll(/^ *```[^]*?^ *```$/gm, '').matchAll(/`([^`\n]+)`/g)]
    .map(([, code = '']) => code)
    .filter(isCommand);
