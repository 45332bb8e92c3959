import { MyPage } from './MyPage';
import { MyPageEntry } from './MyPageEntry';
import { myPage } from './Query/myPage';
import type { Resolvers } from './types.generated';

export const resolvers: Resolvers = {
  Query: { myPage },
  MyPage,
  MyPageEntry,
};
