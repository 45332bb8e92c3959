// Planted faults of sentences: in the wrong language, without their facts, or unreadable for the release before.
const stored = 'packages/sentences/test/read-stored.unit.spec.ts';
const catalogues = 'packages/sentences/test/catalogues.unit.spec.ts';
const requests = 'router/test/requests.unit.spec.ts';

const inTheirLanguage = 'a sentence is in the language that its reader prefers';
const bothReleases = 'what one release stores, the one before and the next can read';

export const languageMutants = [
  {
    name: 'repeat-in-its-first-language',
    promise: inTheirLanguage,
    file: stored,
    test: 'is rendered in the language of its reader',
  },
  {
    name: 'error-in-no-language',
    promise: inTheirLanguage,
    file: requests,
    test: 'is that of the refusal of an operation that is too deep',
  },
  {
    name: 'language-hidden-from-caches',
    promise: inTheirLanguage,
    file: requests,
    test: 'reaches the subgraphs, and is named for caches: 0',
  },
  {
    name: 'fact-left-out',
    promise: 'a sentence names the facts of its code',
    file: catalogues,
    test: 'says what the facts of ALREADY_RESERVED are',
  },
  {
    name: 'code-for-a-sentence',
    promise: bothReleases,
    file: stored,
    test: 'decided data has the English sentences that version 1 of its event requires',
  },
  {
    name: 'steps-compared-by-sentence',
    promise: bothReleases,
    file: 'tests/faults/rebuild.int.spec.ts',
    test: 'finds a page the same that the release before wrote, which stored sentences without their facts',
  },
];
