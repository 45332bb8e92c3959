import { requireCaller } from '@rentalbook/service-kit';
import type { QueryResolvers } from '../types.generated';

export const myPage: NonNullable<QueryResolvers['myPage']> = (_root, _args, { caller }) => {
  const { memberId, name } = requireCaller(caller);
  return { memberId, name };
};
