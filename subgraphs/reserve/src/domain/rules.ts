/** The library's rules behind allocations and refusals, in the words of answers and events. */
export const rules = {
  bookExists: 'A title can be reserved once it is in the catalogue.',
  hasCopies: 'A title is reserved and rented while the library has a copy of it.',
  oneReservationPerTitle: 'A member has at most one open reservation of a title.',
  notWhileAtHome: 'A member who has a title at home does not reserve it.',
  firstComeFirstServed: 'The first in the queue gets the next free copy.',
  rentOnReservationOnly: 'A copy is rented only on a reservation of that title.',
  waitForYourTurn: 'A copy is rented only when it was set aside for the reader.',
  fetchInTime: 'A copy is set aside until its pick-up date and no longer.',
  goesToItsReader: 'A copy goes out to the reader it was set aside for.',
  cancelWhileOpen: 'A reservation can be cancelled until its copy is fetched.',
} as const;

/** Why Reserve itself ends the reservations of a title that no copy will come back for. */
export const NO_COPY_LEFT = 'The library has no copy of this title any more.';
