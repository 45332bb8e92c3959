import { ruleGroups } from '@rentalbook/observability/rules';
import { shortened, shortenedExpression, shortRules } from './short-rules';

describe('the short form of the rules', () => {
  it('divides windows, and the seconds that make a number of a rate; names and thresholds stay', () => {
    expect(shortened('15m', 30)).toBe('30000ms');
    expect(
      shortenedExpression(
        '(rentalbook:x_errors:ratio_rate1h > 14.4 * 0.001 and sum(rate(y[1h])) * 3600 > 5) or max(z) > 60',
        30,
      ),
    ).toBe('(rentalbook:x_errors:ratio_rate1h > 14.4 * 0.001 and sum(rate(y[120000ms])) * 120 > 5) or max(z) > 60');
    expect(() => shortened('soon', 30)).toThrow('"soon" is no duration like 5m.');
  });

  it('has no time of the long form left, and the same rules', () => {
    const short = shortRules(30, () => true);
    expect(short.groups.map(({ rules }) => rules.length)).toEqual(ruleGroups.map(({ rules }) => rules.length));
    const text = JSON.stringify(short);
    expect(text.match(/\[\d+[smhd]\]|"for":"\d+[smhd]"/g)).toBeNull();
    expect(text).not.toMatch(/ \* (3600|21600|86400|259200) /);
  });

  it('leaves out what is not wanted, and keeps what is recorded', () => {
    const { groups } = shortRules(30, (alert) => alert === 'RentalbookServiceDown');
    const alerts = groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));
    expect(alerts).toEqual(['RentalbookServiceDown']);
    expect(groups[0]?.rules).toHaveLength(ruleGroups[0]?.rules.length ?? 0);
  });
});
