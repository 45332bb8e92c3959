import { getNamedType, isEnumType, isInputObjectType, isListType, isNonNullType, type GraphQLInputType } from 'graphql';
import type { Chance } from '../../conformance/chance';
import { operatorTexts, operatorValues } from './operators';

const texts: readonly string[] = [
  ...['', ' ', '0', '-1', 'null', 'undefined', 'NaN', 'true', '\0', '\n', '\u202e', '\u2028', '\ud800', '\ufeff'],
  ...['é', '😀', '中文', 'x'.repeat(64), 'x'.repeat(65), 'x'.repeat(5_000), '../../etc/passwd', '<script>', "'; --"],
  ...['00000000-0000-7000-8000-000000000000', 'ffffffff-ffff-7fff-bfff-ffffffffffff', ...operatorTexts],
];
const numbers: readonly unknown[] = [0, 1, -1, 2, 100, 101, 1.5, 1e308, -0, 2_147_483_647, 2_147_483_648, '1', true];

/** A value for a place of this type: mostly of the type, now and then of another one. */
export function wildValue(type: GraphQLInputType, chance: Chance): unknown {
  if (chance.onceIn(12)) return chance.oneOf([null, {}, [], 7, false, ...operatorValues]);
  if (isNonNullType(type)) return wildValue(type.ofType, chance);
  if (isListType(type)) return Array.from({ length: chance.below(4) }, () => wildValue(type.ofType, chance));
  const named = getNamedType(type);
  if (isInputObjectType(named))
    return Object.fromEntries(
      Object.values(named.getFields()).flatMap((field) =>
        chance.onceIn(5) ? [] : [[field.name, wildValue(field.type, chance)]],
      ),
    );
  if (isEnumType(named)) return chance.oneOf([...named.getValues().map(({ name }) => name), 'NO_SUCH_VALUE']);
  return named.name === 'Int' ? chance.oneOf(numbers) : chance.oneOf(texts);
}
