import type { StoryTexts } from '../story';
import addABook from './01-add-a-book.graphql';
import findBooks from './02-find-books.graphql';
import rentWithoutReservation from './03-rent-without-reservation.graphql';
import reserve from './04-reserve.graphql';
import rent from './05-rent.graphql';
import myPage from './06-my-page.graphql';
import secondReaderQueues from './07-second-reader-queues.graphql';
import returnBook from './08-return.graphql';
import secondReaderIsReady from './09-second-reader-is-ready.graphql';
import history from './10-history.graphql';

export const storyTexts: StoryTexts = {
  '01-add-a-book': addABook,
  '02-find-books': findBooks,
  '03-rent-without-reservation': rentWithoutReservation,
  '04-reserve': reserve,
  '05-rent': rent,
  '06-my-page': myPage,
  '07-second-reader-queues': secondReaderQueues,
  '08-return': returnBook,
  '09-second-reader-is-ready': secondReaderIsReady,
  '10-history': history,
};
