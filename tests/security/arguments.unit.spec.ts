import { UsageError } from '@rentalbook/cli';
import { readSecurityArguments } from './arguments';
import { attacks } from './attacks';

describe('what npm run test:security is asked', () => {
  it('is every attack in full, when nothing is said', () => {
    const { chosen, form, record } = readSecurityArguments([]);
    expect(chosen.map(({ id }) => id).sort()).toEqual(attacks.map(({ id }) => id).sort());
    expect({ form, record }).toEqual({ form: 'full', record: false });
  });

  it('is some of them, what harms the processes last', () => {
    const { chosen, form } = readSecurityArguments(['s8', 'a4', 's1', '--short']);
    expect([form, ...chosen.map(({ id }) => id)]).toEqual(['short', 'S1', 'A4', 'S8']);
  });

  it.each([
    [['--soak'], '10 minutes'],
    [['--soak', '--minutes', '3', '--seed', '7'], '10 minutes'],
    [['--minutes=3', '--soak'], '10 minutes'],
  ])('is the soak alone: %s', (args, full) => {
    expect(readSecurityArguments(args).chosen).toMatchObject([{ id: 'SOAK', full }]);
  });

  it.each([
    [['S99'], `"S99" is no attack; there are ${attacks.map(({ id }) => id).join(', ')}.`],
    [['--minutes', '3'], '--minutes is for --soak; add it, or leave out --minutes.'],
    [['--soak', '--minutes', 'x'], '--minutes "x" is no number of minutes; use a whole number like 10.'],
    [['--soak', '--short'], '--soak has no short form; use --minutes, and leave out --short.'],
  ])('%s is refused with one sentence', (args, sentence) => {
    expect(() => readSecurityArguments(args)).toThrow(new UsageError(sentence));
  });
});
