import type { Catalogue } from '../catalogue';

const refusals: Catalogue['refusals'] = {
  BOOK_NOT_FOUND: ({ bookId }) =>
    bookId === undefined ? 'There is no such book in the catalogue.' : `There is no book "${bookId}".`,
  COPY_NOT_FOUND: ({ title }) => `"${title}" has no such copy.`,
  COPY_IN_USE: ({ state }) => (state === 'HELD' ? 'The copy is held for a reader.' : 'The copy is on loan.'),
  RESERVATION_NOT_FOUND: () => 'There is no such reservation.',
  ALREADY_RESERVED: ({ title }) => `You already reserved "${title}".`,
  ALREADY_RENTED: ({ title, state }) =>
    state === 'REQUESTED' ? `You already asked for "${title}".` : `You have "${title}" at home.`,
  NO_COPIES: ({ title }) => `The library has no copy of "${title}" any more.`,
  NOT_CANCELLABLE: () => 'This reservation is closed already.',
  RENTAL_NOT_FOUND: () => 'There is no such rental.',
  ALREADY_RETURNED: ({ state }) =>
    state === 'REQUESTED'
      ? 'This rental is not decided yet; look again in a moment.'
      : 'This rental is not out: it came back already, or never began.',
};

const rejections: Catalogue['rejections'] = {
  BOOK_NOT_FOUND: 'There is no such book.',
  NOT_RESERVED: 'You have no reservation for this title; reserve it first.',
  NOT_YOUR_TURN: 'No copy is set aside for you yet; your reservation stands.',
  REQUEST_TIMED_OUT: 'Your request was not answered in time; reserve the title and ask again.',
  NO_COPIES: 'The library has no copy of this title any more.',
  PICKUP_EXPIRED: 'Your copy was not fetched in time and is no longer set aside; reserve again.',
};

const rules: Catalogue['rules'] = {
  COPIES_OF_A_TITLE: 'Copies belong to a title of the catalogue.',
  COPY_BY_ITS_ID: 'A copy is withdrawn by the id it has in the catalogue.',
  WITHDRAW_FROM_STOCK: 'A copy is withdrawn while it is in stock, so that no reader loses it.',
  RENT_FROM_CATALOGUE: 'A title can be rented once it is in the catalogue.',
  RENT_ONCE_AT_A_TIME: 'A member rents a title once at a time.',
  ANSWERED_IN_TIME: 'A request to rent is answered in time or not at all.',
  RETURN_WHAT_IS_OUT: 'A rental is returned while its copy is out.',
  RENTAL_BY_ITS_ID: 'A rental is returned by the id it was given.',
  RESERVE_FROM_CATALOGUE: 'A title can be reserved once it is in the catalogue.',
  WHILE_THERE_ARE_COPIES: 'A title is reserved and rented while the library has a copy of it.',
  ONE_RESERVATION_PER_TITLE: 'A member has at most one open reservation of a title.',
  NOT_WHILE_AT_HOME: 'A member who has a title at home does not reserve it.',
  FIRST_COME_FIRST_SERVED: 'The first in the queue gets the next free copy.',
  RENT_ON_RESERVATION: 'A copy is rented only on a reservation of that title.',
  WAIT_FOR_YOUR_TURN: 'A copy is rented only when it was set aside for the reader.',
  FETCH_IN_TIME: 'A copy is set aside until its pick-up date and no longer.',
  GOES_TO_ITS_READER: 'A copy goes out to the reader it was set aside for.',
  CANCEL_WHILE_OPEN: 'A reservation can be cancelled until its copy is fetched.',
  RESERVATION_BY_ITS_ID: 'A reservation is cancelled by the id it was given.',
};

const reasons: Catalogue['reasons'] = {
  NO_COPY_LEFT: 'The library has no copy of this title any more.',
  NOT_FETCHED_IN_TIME: rules.FETCH_IN_TIME,
  NO_LONGER_NEEDED: 'no longer needed',
  CANCELLED_BY_THE_LIBRARY: 'The library cancelled this reservation.',
};

const warnings: Catalogue['warnings'] = {
  ISBN_CHECK_DIGIT: ({ expected }) =>
    `The check digit of the ISBN is ${expected} by calculation; compare it with the book.`,
};

export const decisions = { refusals, rejections, rules, reasons, warnings };
