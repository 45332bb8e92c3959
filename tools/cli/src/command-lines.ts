import { escapeUnprintable, memberIdFault } from '@rentalbook/event-contracts';
import { parseArgs } from 'node:util';
import { refuseArguments, UsageError } from './command';

/** Reads the arguments of a command, without carrying it out; throws where they are not understood. */
type CommandLine<Request> = (args: string[]) => Request;

const ROLES = ['member', 'librarian'];
const memberIdFaults = {
  EMPTY: 'is empty',
  UNPRINTABLE: 'has a control character or a line break',
  LENGTH: 'is too long',
};
const DEAD_LETTER_COMMANDS = ['list', 'show', 'replay', 'discard'] as const;

const noArguments: CommandLine<void> = refuseArguments;

const start = (args: string[]) =>
  parseArgs({
    args,
    options: { fresh: { type: 'boolean', default: false }, observe: { type: 'boolean', default: false } },
  }).values;

const observability = (args: string[]) =>
  parseArgs({ args, options: { check: { type: 'boolean', default: false }, queries: { type: 'string' } } }).values;

function token(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      role: { type: 'string', multiple: true },
      name: { type: 'string' },
      'expires-in': { type: 'string' },
    },
  });
  const [memberId, ...more] = positionals;
  if (memberId === undefined) throw new UsageError('Name a member: npm run --silent token -- alice');
  if (more.length > 0) throw new UsageError(`"${more.join(' ')}" is one word too many; name one member.`);
  const fault = memberIdFault(memberId);
  if (fault !== undefined)
    throw new UsageError(
      `"${escapeUnprintable(memberId)}" is no member id: it ${memberIdFaults[fault]}; use 1 to 255 visible characters.`,
    );
  const unknown = values.role?.find((role) => !ROLES.includes(role));
  if (unknown !== undefined) throw new UsageError(`There is no role "${unknown}"; use ${ROLES.join(' or ')}.`);
  const expiresIn = values['expires-in'];
  if (expiresIn !== undefined && !/^-?\d+[smhd]$/.test(expiresIn))
    throw new UsageError(`"${expiresIn}" is no duration; use 30m, 12h or 7d.`);
  return { memberId, name: values.name, roles: values.role, expiresIn };
}

function deadLetters(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      consumer: { type: 'string' },
      'accept-gap': { type: 'boolean', default: false },
      reason: { type: 'string' },
    },
  });
  const [name = '', target, ...more] = positionals;
  const command = DEAD_LETTER_COMMANDS.find((one) => one === name);
  if (!command)
    throw new UsageError(`There is no command "${name}"; use ${DEAD_LETTER_COMMANDS.join(', ')}, or see --help.`);
  if (more.length > 0) throw new UsageError(`"${more.join(' ')}" is one word too many; see --help.`);
  if (command !== 'list' && target === undefined) throw new UsageError(`Name what to ${name}; see --help.`);
  const options = { consumer: values.consumer, acceptGap: values['accept-gap'], reason: values.reason };
  if (command === 'discard' && !options.reason?.trim())
    throw new UsageError(`Say why ${target ?? 'it'} is given up: --reason "…"; it is kept on record.`);
  return { command, target: target ?? '', options };
}

/** The flags, as the program that rebuilds takes them: one at most. */
function rebuild(args: string[]): readonly string[] {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      'verify-only': { type: 'boolean', default: false },
      'accept-differences': { type: 'boolean', default: false },
      'drop-old': { type: 'boolean', default: false },
    },
  });
  const [name = '', ...more] = positionals;
  if (name !== 'mypage' || more.length > 0)
    throw new UsageError(`"${positionals.join(' ')}" cannot be rebuilt; use: npm run rebuild -- mypage`);
  const chosen = Object.entries(values).flatMap(([flag, isSet]) => (isSet ? [`--${flag}`] : []));
  if (chosen.length > 1) throw new UsageError(`${chosen.join(' and ')} exclude each other; see --help.`);
  return chosen;
}

function backup(args: string[]) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { keep: { type: 'string' } } });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new UsageError('Name one folder for the backup; see --help.');
  const keep = values.keep === undefined ? undefined : Number(values.keep);
  if (keep !== undefined && !(Number.isInteger(keep) && keep > 0))
    throw new UsageError(`--keep "${values.keep ?? ''}" is no number of backups; use 1 or more.`);
  return { folder, keep };
}

function restore(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      newest: { type: 'boolean', default: false },
      replace: { type: 'boolean', default: false },
    },
  });
  const [place, ...more] = positionals;
  if (place === undefined || more.length > 0) throw new UsageError('Name one backup; see --help.');
  return { ...values, place };
}

/** By the names of the scripts in package.json. */
export const commandLines = {
  start,
  demo: noArguments,
  seed: noArguments,
  'k8s:secrets': noArguments,
  token,
  'dead-letters': deadLetters,
  rebuild,
  backup,
  restore,
  observability,
} as const satisfies Readonly<Record<string, CommandLine<unknown>>>;
