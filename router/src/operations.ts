import addABook from '../operations/01-add-a-book.graphql';
import findBooks from '../operations/02-find-books.graphql';
import rentWithoutReservation from '../operations/03-rent-without-reservation.graphql';
import reserve from '../operations/04-reserve.graphql';
import rent from '../operations/05-rent.graphql';
import myPage from '../operations/06-my-page.graphql';
import secondReaderQueues from '../operations/07-second-reader-queues.graphql';
import returnBook from '../operations/08-return.graphql';
import secondReaderIsReady from '../operations/09-second-reader-is-ready.graphql';
import history from '../operations/10-history.graphql';
import eventTrail from '../operations/11-event-trail.graphql';
import demoPage from '../operations/demo-page.graphql';
import readmeBooks from '../operations/readme-books.graphql';
import readmeMyPage from '../operations/readme-my-page.graphql';
import type { OperationTexts } from './start-router';

/** Those of the IDE, of `npm start` and `npm run demo`, and of docs/tour.md. */
export const operations: OperationTexts = {
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
  '11-event-trail': eventTrail,
  'demo-page': demoPage,
  'readme-books': readmeBooks,
  'readme-my-page': readmeMyPage,
};
