import type { MyPageEntryResolvers } from './types.generated';

export const MyPageEntry: MyPageEntryResolvers = {
  book: ({ bookId }) => ({ id: bookId }),
  reservation: ({ reservationId }) => (reservationId === null ? null : { id: reservationId }),
  rental: ({ rentalId }) => (rentalId === null ? null : { id: rentalId }),
  async position({ bookId, waitingTicket }, _args, { loaders }) {
    if (waitingTicket === null) return null;
    return (await loaders.waitingBefore.load({ bookId, ticket: waitingTicket })) + 1;
  },
  history: ({ history }) => [...history],
};
