import { commandLines } from '@rentalbook/cli';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };

/** A command as a page has it, and what a shell makes of it. */
interface Documented {
  readonly text: string;
  readonly script: string;
  readonly args: string[];
}

/** Words of a shell: quoted, or without a blank, a pipe or the end of a substitution. */
const WORD = String.raw`"[^"]*"|'[^']*'|[^\s"'|;)\`]+`;
const COMMAND = new RegExp(
  String.raw`\bnpm (?:run (?:--silent )?([a-z][a-z0-9:-]*)|(start|test)\b)(?: --((?: (?:${WORD}))+))?`,
  'g',
);
/** What stands for "and so on" in a page is no argument. */
const isArgument = (word: string): boolean => word !== '…' && word !== '\\';

function commandsIn(page: string): readonly Documented[] {
  return [...page.matchAll(COMMAND)].map(([text, ran = '', short = '', rest = '']) => {
    const words = [...rest.replace(/ {2,}.*| #.*/, '').matchAll(new RegExp(WORD, 'g'))];
    return {
      text,
      script: ran || short,
      args: words
        .map(([word]) => word)
        .filter(isArgument)
        .map((word) => word.replaceAll(/^(["'])(.*)\1$/g, '$2')),
    };
  });
}

const isCommandLine = (script: string): script is keyof typeof commandLines => Object.hasOwn(commandLines, script);

/** Why the command would refuse its arguments; undefined where it takes them. */
function refusalOf({ script, args }: Documented): string | undefined {
  if (scripts[script] === undefined) return 'there is no such script';
  if (!isCommandLine(script) || args.includes('--help')) return undefined;
  try {
    commandLines[script](args);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
);
/** Their texts of help, and what they advise. */
const programs = readdirSync(join(root, 'tools/cli/src'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `tools/cli/src/${name}`)
  .filter((name) => commandsIn(read(name)).length > 0);

describe('a documented command', () => {
  it.each([...pages, ...programs])('has arguments that it takes: %s', (page) => {
    const refused = commandsIn(read(page)).flatMap((one) => {
      const refusal = refusalOf(one);
      return refusal === undefined ? [] : [`${one.text}: ${refusal}`];
    });
    expect(refused).toEqual([]);
  });

  it.each([
    ['npm run rebuild', []],
    ['npm run rebuild -- mypage --verify-only   # compare', ['mypage', '--verify-only']],
    ['`npm run dead-letters -- discard ID --reason "no event"`, then', ['discard', 'ID', '--reason', 'no event']],
    ["npm run --silent token -- 'auth0|6543'", ['auth0|6543']],
    ['TOKEN=$(npm run --silent token -- alice)', ['alice']],
    ['  npm run restore -- FOLDER --newest …        the newest', ['FOLDER', '--newest']],
  ])('is read as a shell does: %s', (text, args) => {
    expect(commandsIn(text).map((one) => one.args)).toEqual([args]);
  });
});
