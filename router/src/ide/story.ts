/** The operations of the story that the IDE opens with, in the order in which they make sense. */
export const storyFiles = [
  '01-add-a-book',
  '02-find-books',
  '03-rent-without-reservation',
  '04-reserve',
  '05-rent',
  '06-my-page',
  '07-second-reader-queues',
  '08-return',
  '09-second-reader-is-ready',
  '10-history',
  '11-event-trail',
] as const;

type StoryFile = (typeof storyFiles)[number];

/** The text of each operation, by the name of its file. */
export type StoryTexts = Readonly<Record<StoryFile, string>>;

export type Teller = 'librarian' | 'member' | 'secondMember';

/** One tab of the IDE. */
export interface StoryStep {
  readonly file: StoryFile;
  readonly name: string;
  /** The person whose token it carries; none for a public query. */
  readonly as?: Teller;
  readonly variables?: object;
  /** Values of the answer that later steps need: their names, and their paths in `data`. */
  readonly remember?: Readonly<Record<string, readonly string[]>>;
}

const TRAIL = '11-event-trail';
const thatBook = { input: { bookId: '{{bookId}}' } };

export const story: readonly StoryStep[] = [
  {
    file: '01-add-a-book',
    name: '1 Add a book',
    as: 'librarian',
    variables: { input: { title: 'Momo', authors: ['Michael Ende'], copies: 1 } },
    remember: { bookId: ['addBook', 'book', 'id'], consistencyToken: ['addBook', 'consistencyToken'] },
  },
  { file: '02-find-books', name: '2 Find books', variables: { search: '', first: 10 } },
  { file: '03-rent-without-reservation', name: '3 Rent without reservation', as: 'member', variables: thatBook },
  {
    file: '04-reserve',
    name: '4 Reserve',
    as: 'member',
    variables: thatBook,
    remember: { consistencyToken: ['reserveBook', 'consistencyToken'] },
  },
  {
    file: '05-rent',
    name: '5 Rent',
    as: 'member',
    variables: thatBook,
    remember: { rentalId: ['rentBook', 'rental', 'id'], consistencyToken: ['rentBook', 'consistencyToken'] },
  },
  { file: '06-my-page', name: '6 My page', as: 'member' },
  {
    file: '07-second-reader-queues',
    name: '7 A second reader queues',
    as: 'secondMember',
    variables: thatBook,
    remember: { consistencyToken: ['reserveBook', 'consistencyToken'] },
  },
  {
    file: '08-return',
    name: '8 Return',
    as: 'member',
    variables: { input: { rentalId: '{{rentalId}}' } },
    remember: { consistencyToken: ['returnBook', 'consistencyToken'] },
  },
  { file: '09-second-reader-is-ready', name: '9 The second reader is ready', as: 'secondMember' },
  { file: '10-history', name: '10 History', as: 'member' },
  { file: TRAIL, name: '11 Event trail', as: 'librarian', variables: { correlationId: '{{correlationId}}' } },
];

/** The place of the tab that a correlation id is for. */
export const placeOfTrail = story.findIndex(({ file }) => file === TRAIL);
