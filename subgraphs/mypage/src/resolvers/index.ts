import { MyPage } from './MyPage';
import { MyPageEntry } from './MyPageEntry';
import { eventTrail } from './Query/eventTrail';
import { myPage } from './Query/myPage';
import type { Resolvers } from './types.generated';

export const resolvers: Resolvers = {
  Query: { eventTrail, myPage },
  MyPage,
  MyPageEntry,
};
