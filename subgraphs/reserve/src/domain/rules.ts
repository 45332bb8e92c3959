/** The rules of the house that allocations and refusals rest on, in the words that readers and events are given. */
export const rules = {
  bookExists: 'A title can be reserved once it is in the catalogue.',
  oneReservationPerTitle: 'A member has at most one open reservation of a title.',
  notWhileAtHome: 'A member who has a title at home does not reserve it.',
  firstComeFirstServed: 'The first in the queue gets the next free copy.',
  rentOnReservationOnly: 'A copy is rented only on a reservation of that title.',
  waitForYourTurn: 'A copy is rented only when it was set aside for the reader.',
  fetchInTime: 'A copy is set aside until its pick-up date and no longer.',
  goesToItsReader: 'A copy goes out to the reader it was set aside for.',
  cancelWhileOpen: 'A reservation can be cancelled until its copy is fetched.',
} as const;
