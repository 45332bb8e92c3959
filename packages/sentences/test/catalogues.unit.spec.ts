import type { RefusalFacts } from '@rentalbook/event-contracts';
import { catalogues, languages, type ErrorFacts, type StepFacts } from '../src';
import type { WarningFacts } from '../src/catalogue';

/** For each code, facts that lead to each of its sentences. */
type Samples<Facts> = { readonly [Code in keyof Facts]: readonly [Facts[Code], ...Facts[Code][]] };

const none = [{}] as const;
const field = { field: 'title' };
const claim = [{ claim: 'name' }] as const;
const beyond = [{ count: 21, most: 20 }] as const;
const word = [{ word: 'Process in Shipping' }] as const;

const refusals: Samples<RefusalFacts> = {
  BOOK_NOT_FOUND: [{ bookId: 'b-1' }, {}],
  COPY_NOT_FOUND: [{ title: 'Emma' }],
  COPY_IN_USE: [{ state: 'HELD' }, { state: 'ON_LOAN' }],
  RESERVATION_NOT_FOUND: none,
  ALREADY_RESERVED: [{ title: 'Emma' }],
  ALREADY_RENTED: [
    { title: 'Emma', state: 'REQUESTED' },
    { title: 'Emma', state: 'AT_HOME' },
  ],
  NO_COPIES: [{ title: 'Emma' }],
  NOT_CANCELLABLE: none,
  RENTAL_NOT_FOUND: none,
  ALREADY_RETURNED: [{ state: 'REQUESTED' }, {}],
};
const steps: Samples<StepFacts> = {
  Subscribed: word,
  Ready: none,
  Cancelled: [{ reasonCode: 'NO_COPY_LEFT' }, { reason: '책이 훼손되었습니다.' }, {}],
  Expired: none,
  Checked: word,
  Refused: [{ ruleCode: 'RENT_ON_RESERVATION' }],
  Rejected: [{ ruleCode: 'ANSWERED_IN_TIME' }],
  Rentaled: word,
  Loaned: [{ dueOn: '2026-12-10' }],
  Returned: none,
  ReturnedBook: word,
};
const warnings: Samples<WarningFacts> = { ISBN_CHECK_DIGIT: [{ expected: 'X' }] };
const errors: Samples<ErrorFacts> = {
  TEXT_UNPRINTABLE: [field],
  TEXT_NO_CHARACTER: [field],
  TEXT_EMPTY: [{ ...field, most: 300 }],
  TEXT_BYTES: [{ ...field, bytes: 9_999, most: 9_600 }],
  TEXT_COMBINED: [{ ...field, codePoints: 33, most: 32 }],
  TEXT_LENGTH: [{ ...field, count: 301, most: 300 }],
  LIST_LENGTH: [{ ...field, count: 21, most: 20 }],
  COUNT_RANGE: [{ ...field, count: 0, least: 1, most: 100 }],
  ID_LENGTH: [{ ...field, count: 65, most: 64 }],
  ID_NO_TEXT: [
    { ...field, given: '7' },
    { ...field, given: undefined },
  ],
  MEMBER_ID_EMPTY: [field],
  MEMBER_ID_UNPRINTABLE: [field],
  MEMBER_ID_LENGTH: [{ ...field, count: 256, most: 255 }],
  PAGE_TWO_SIZES: none,
  PAGE_SIZE: [{ ...field, size: 0, most: 100 }],
  CURSOR_UNKNOWN: [field],
  SEARCH_TOO_SHORT: [{ search: 'a' }],
  IDEMPOTENCY_KEY_REUSED: [{ key: 'k' }],
  IDEMPOTENCY_KEYS_USED_UP: [{ perDay: 500 }],
  COPIES_PER_TITLE: [{ copies: 2, title: 'Emma', has: 999, most: 1_000 }],
  SIGN_IN: none,
  ROLE_MISSING: [
    { needs: ['librarian'], has: ['member'] },
    { needs: ['member', 'librarian'], has: [] },
  ],
  OF_ANOTHER_MEMBER: none,
  TOO_LATE: none,
  DATA_UNREACHABLE: none,
  FAILED: [{ errorId: 'e-1' }],
  SUBGRAPH_UNAVAILABLE: [{ subgraph: 'book' }],
  SUBGRAPH_OVERLOADED: [{ subgraph: 'book' }],
  SHARE_USED_UP: [{ seconds: 1 }, { seconds: 10 }],
  TOO_MANY_UNDER_WAY: [{ seconds: 1 }],
  TOKEN_KEYS_UNREACHABLE: none,
  TOKEN_TWO_HEADERS: none,
  TOKEN_TOO_LONG: none,
  TOKEN_NO_BEARER: none,
  TOKEN_NOT_FOR_ACCESS: none,
  TOKEN_FROM_THE_FUTURE: none,
  TOKEN_LIFETIME: none,
  TOKEN_EXPIRED: none,
  TOKEN_INVALID: none,
  TOKEN_TOO_EARLY: none,
  TOKEN_AUDIENCE: none,
  TOKEN_ISSUER: none,
  TOKEN_CLAIM: claim,
  TOKEN_NO_MEMBER: none,
  TOKEN_MEMBER_EMPTY: none,
  TOKEN_MEMBER_UNPRINTABLE: none,
  TOKEN_MEMBER_LENGTH: [{ count: 256, most: 255 }],
  TOKEN_NO_NAME: claim,
  TOKEN_NO_ROLES: claim,
  OPERATION_NOT_NAMED: none,
  OPERATION_NAME_LENGTH: beyond,
  OPERATION_SUBSCRIPTION: none,
  OPERATION_DEPTH: beyond,
  OPERATION_INTROSPECTION_DEPTH: beyond,
  OPERATION_ALIASES: beyond,
  OPERATION_ALIASES_ANONYMOUS: beyond,
  OPERATION_ROOT_FIELDS: beyond,
  OPERATION_MUTATIONS: beyond,
  OPERATION_ENTRIES: beyond,
  OPERATION_SEARCHES: beyond,
  OPERATION_VALUES: beyond,
  OPERATION_NOT_LISTED: none,
  DOCUMENT_LENGTH: [{ count: 20_001, most: 20_000 }],
  ACCEPT_UNKNOWN: [{ accept: 'text/csv' }],
  CHARSET_UNKNOWN: [{ charset: 'latin1' }],
  CONTENT_ENCODING_UNKNOWN: [{ coding: 'gzip' }],
  BODY_ENCODING: none,
  QUERY_STRING_ENCODING: [{ part: '%e0' }],
  BODY_SIZE: [{ most: 100_000 }],
  CONTENT_TYPE_UNKNOWN: none,
  REQUEST_UNREADABLE: none,
  HOST_UNKNOWN: [{ host: 'evil.example', hosts: ['localhost'] }],
  NOTHING_HERE: none,
};

interface Row {
  readonly code: string;
  /** The sentence of each sample, and the facts that were read for it. */
  readonly rendered: readonly { readonly text: string; readonly unread: readonly string[] }[];
}

function rowsOf(catalogue: object, samples: object): readonly Row[] {
  const sentences = catalogue as Readonly<Record<string, (facts: object) => string>>;
  return Object.entries(samples as Readonly<Record<string, readonly object[]>>).map(([code, facts]) => ({
    code,
    rendered: facts.map((sample) => {
      const read = new Set<string | symbol>();
      const observed = new Proxy(sample, {
        get(target, name) {
          read.add(name);
          return Reflect.get(target, name) as unknown;
        },
      });
      const text = sentences[code]?.(observed) ?? '';
      return { text, unread: Object.keys(sample).filter((name) => !read.has(name)) };
    }),
  }));
}

describe.each(languages)('the catalogue of %s', (language) => {
  const {
    refusals: ofRefusals,
    steps: ofSteps,
    warnings: ofWarnings,
    errors: ofErrors,
    ...fixed
  } = catalogues[language];
  const rows = [
    ...rowsOf(ofRefusals, refusals),
    ...rowsOf(ofSteps, steps),
    ...rowsOf(ofWarnings, warnings),
    ...rowsOf(ofErrors, errors),
  ];
  const withoutFacts = Object.values(fixed).flatMap((part) => Object.entries(part as Record<string, string>));

  it.each(rows)('says what the facts of $code are', ({ rendered }) => {
    for (const { text, unread } of rendered) {
      expect(text).not.toMatch(/undefined|null|NaN|\[object|^$/);
      expect(unread).toEqual([]);
    }
    expect(new Set(rendered.map(({ text }) => text)).size).toBe(rendered.length);
  });

  it.each(withoutFacts)('has a sentence for %s', (_code, text) => {
    expect(text.trim()).not.toBe('');
  });
});

describe('the catalogue of ko', () => {
  const samples = { ...refusals, ...steps, ...warnings, ...errors };
  const { refusals: ofRefusals, steps: ofSteps, warnings: ofWarnings, errors: ofErrors, ...fixed } = catalogues.ko;
  const ofWords = ['Subscribed', 'Checked', 'Rentaled', 'ReturnedBook'];
  const texts = [
    ...rowsOf({ ...ofRefusals, ...ofSteps, ...ofWarnings, ...ofErrors }, samples)
      .filter(({ code }) => !ofWords.includes(code))
      .flatMap(({ code, rendered }) => rendered.map(({ text }): [string, string] => [code, text])),
    ...Object.values(fixed).flatMap((part) => Object.entries(part as Record<string, string>)),
  ];

  it.each(texts)('is Korean and polite in %s', (code, text) => {
    expect(text).toMatch(/[가-힣]/);
    if (!Object.hasOwn(catalogues.ko.statuses, code)) expect(text).toMatch(/(니다|십시오|없음|회원|사서)\.?$/);
  });
});
