import { requireCaller } from '@rentalbook/service-kit';
import { partOfPage, subjectOfPage } from '../page-parts';
import type { QueryResolvers } from '../types.generated';

export const myPage: NonNullable<QueryResolvers['myPage']> = (_root, _args, { caller, parts }, info) => {
  const { memberId, name } = requireCaller(caller);
  parts.root(info.path.key, subjectOfPage(memberId));
  parts.note(subjectOfPage(memberId), partOfPage(memberId));
  return { memberId, name };
};
