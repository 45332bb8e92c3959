import type { MyPageEntryResolvers } from './types.generated';

export const MyPageEntry: MyPageEntryResolvers = {
  book: ({ bookId }) => ({ id: bookId }),
  reservation: ({ reservationId }) => (reservationId === null ? null : { id: reservationId }),
  rental: ({ rentalId }) => (rentalId === null ? null : { id: rentalId }),
  async position({ bookId, waitingTicket }, _args, { loaders }) {
    if (waitingTicket === null) return null;
    const tickets = await loaders.waitingTickets.load(bookId);
    return tickets.filter((ticket) => ticket < waitingTicket).length + 1;
  },
  history: ({ history }) => [...history],
};
