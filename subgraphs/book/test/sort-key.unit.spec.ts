import { sortKeyOf } from '../src/search/sort-key';

const reference = new Intl.Collator('und', { numeric: true });
const byKey = (one: string, other: string): number => {
  const [left, right] = [sortKeyOf(one), sortKeyOf(other)];
  return left < right ? -1 : left > right ? 1 : 0;
};

/** Deterministic pseudo-random numbers (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const alphabets: Readonly<Record<string, string>> = {
  Latin: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ éèüñçåØł ß æ  ',
  Korean: '가각간나다라마바사아자차카타파하한글책을힣 ',
  Japanese: 'あいうえおかがきぎさしすたちつなにアイウカガ本日語',
  Chinese: '一丁三上中人書本圖館',
  Greek: 'αάβγδεζηθικλμνξοπρσςτυφχψωΑΒΓ ',
  Cyrillic: 'абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВ ',
  'Cyrillic with breve and diaeresis': 'ийёек йўу їі ЙИ',
  Hebrew: 'אבגדהוזחטיכלמנסעפצקרשת ',
  Arabic: 'ابتثجحخدذرزسشصضطظعغفقكلمنهوي ',
  'Arabic with hamza and madda': 'اأآإئؤءىبتل',
  Bengali: 'কখগোৌিড়ঢ়য়্',
  Tamil: 'கஙசொோௌெேைாி்அஆஔஒ',
  Thai: 'เแโใไกขคงมรลวะาิีุู่้๊๋์ ',
  Lao: 'ເແໂໃໄກຂຄມນຫໜະາ່',
  Vietnamese: 'aăâđeêioôơuưyáàảãạắằẳẵặấầậ ',
  Devanagari: 'अआइईउकखगघचछजतथदनपफबमयरलवशसह ',
  digits: 'Vol. 0123456789',
};
const everything = Object.values(alphabets).join('');

function sample(alphabet: string, count: number, seed: number): string[] {
  const random = numbers(seed);
  const characters = Array.from(alphabet);
  return Array.from({ length: count }, () =>
    Array.from(
      { length: 1 + Math.floor(random() * 8) },
      () => characters[Math.floor(random() * characters.length)] ?? '',
    )
      .join('')
      .trim(),
  );
}

describe('the order of the catalogue', () => {
  it.each([...Object.entries(alphabets), ['mixed scripts', everything] as const])(
    'is that of the root collation with digits by value: %s',
    (_script, alphabet) => {
      const texts = sample(alphabet, 2_000, 7);
      const differing = texts.flatMap((one, index) => {
        const other = texts[(index * 31 + 1) % texts.length] ?? '';
        const wanted = Math.sign(reference.compare(one, other));
        return wanted === 0 || byKey(one, other) === wanted ? [] : [[one, other, wanted]];
      });
      expect(differing).toEqual([]);
    },
  );

  it('sorts volumes by number, accents after base characters, lower case before upper case, and prefixes first', () => {
    const sorted = [
      'cafe',
      'Cafe',
      'café',
      'cafes',
      'Vol. 2',
      'Vol. 2 b',
      'Vol. 10',
      'Zebra',
      'Ἀχιλλεύς',
      'Война',
      'Июль',
      'Йога',
      '가',
      '한글',
      '漢字',
    ];
    expect([...sorted].reverse().sort(byKey)).toEqual(sorted);
    expect(byKey('Vol. 007', 'Vol. 8')).toBe(-1);
    expect(sortKeyOf('é')).toBe(sortKeyOf('e\u0301'));
    expect(sortKeyOf('한')).toBe(sortKeyOf('한'.normalize('NFD')));
  });
});
