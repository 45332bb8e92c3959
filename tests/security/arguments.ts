import { readArguments, wholeNumberIn, type Asked, type Offer } from '../harness/arguments';
import { UsageError } from '@rentalbook/cli';
import { attacks, inTurn } from './attacks';
import { soak } from './soak';

const offer: Offer = { noun: 'attack', trials: attacks, inTurn };
const MINUTES = 10;

/** What the command line asks for; throws UsageError with one sentence about what is wrong with it. */
export function readSecurityArguments(args: readonly string[]): Asked {
  const { rest, minutes, isSoak } = withoutSoak(args);
  if (!isSoak) {
    if (minutes !== undefined) throw new UsageError('--minutes is for --soak; add it, or leave out --minutes.');
    return readArguments(offer, rest);
  }
  const time = minutes === undefined ? MINUTES : minutesIn(minutes);
  const asked = readArguments({ ...offer, trials: [], inTurn: [] }, rest);
  if (asked.form === 'short') throw new UsageError('--soak has no short form; use --minutes, and leave out --short.');
  return { ...asked, chosen: [soak(time)] };
}

/** The arguments of the soak, and the rest, which every harness has. */
function withoutSoak(args: readonly string[]) {
  const rest = args.filter((arg) => arg !== '--soak');
  const at = rest.findIndex((arg) => arg === '--minutes' || arg.startsWith('--minutes='));
  const isSoak = rest.length < args.length;
  const given = rest[at];
  if (given === undefined) return { rest, isSoak, minutes: undefined };
  const [, inOne] = given.split('=');
  return { rest: rest.toSpliced(at, inOne === undefined ? 2 : 1), isSoak, minutes: inOne ?? rest[at + 1] ?? '' };
}

const minutesIn = (text: string): number =>
  wholeNumberIn(text, 1, `--minutes "${text}" is no number of minutes; use a whole number like 10.`);
