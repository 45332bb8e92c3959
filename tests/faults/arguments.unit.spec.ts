import { UsageError } from '@rentalbook/cli';
import { readArguments as readFor } from '../harness/arguments';
import { faults, inTurn } from './harness/faults';

const readArguments = (args: readonly string[]) => readFor({ noun: 'fault', trials: faults, inTurn }, args);

describe('what npm run test:faults is asked', () => {
  it('is every fault in full on the embedded engines, when nothing is said', () => {
    const { chosen, form, engines, rounds, record } = readArguments([]);
    expect(chosen.map(({ id }) => id).sort()).toEqual(faults.map(({ id }) => id).sort());
    expect({ form, engines, rounds, record }).toEqual({
      form: 'full',
      engines: 'embedded',
      rounds: Infinity,
      record: false,
    });
  });

  it('is some of them, in upper or lower case, the rebuild before what leaves poison behind', () => {
    const { chosen } = readArguments(['f3', 'f9', 'f15', '--rounds', '2']);
    expect(chosen.map(({ id }) => id)).toEqual(['F15', 'F3', 'F9']);
  });

  it('is on the real engines those that are tried there', () => {
    const ids = readArguments(['--real-engines']).chosen.map(({ id }) => id);
    expect(ids.sort()).toEqual(['F15', 'F2', 'F4', 'F5', 'F6', 'F9']);
  });

  it.each([
    [['F99'], `"F99" is no fault; there are ${faults.map(({ id }) => id).join(', ')}.`],
    [['--seed', 'x'], '--seed "x" is no seed; use a whole number like 4711.'],
    [['--rounds', '0'], '--rounds "0" is no number of rounds; use a whole number like 2.'],
    [['F1', '--real-engines'], 'F1 is not tried on the real engines; leave it out, or leave out --real-engines.'],
  ])('%s is refused with one sentence', (args, sentence) => {
    expect(() => readArguments(args)).toThrow(new UsageError(sentence));
  });
});
