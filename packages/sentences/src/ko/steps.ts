import type { Catalogue } from '../catalogue';
import { decisions } from './refusals';

const { rules, reasons } = decisions;

/** The words of Subscribed, Checked, Rentaled and ReturnedBook are the library's own in each language. */
export const steps: Catalogue['steps'] = {
  Subscribed: ({ word }) => word,
  Ready: () => '책이 준비되었습니다',
  Cancelled({ reasonCode, reason = reasonCode && reasons[reasonCode] }) {
    return reason === undefined ? '예약이 취소되었습니다' : `예약이 취소되었습니다: ${reason}`;
  },
  Expired: () => '수령 기한이 지났습니다',
  Checked: ({ word }) => word,
  Refused: ({ ruleCode }) => `대출이 거절되었습니다: ${rules[ruleCode]}`,
  Rejected: ({ ruleCode }) => `대출이 거절되었습니다: ${rules[ruleCode]}`,
  Rentaled: ({ word }) => word,
  Loaned: ({ dueOn }) => `반납 기한은 ${dueOn}입니다`,
  Returned: () => '책을 반납하셨습니다',
  ReturnedBook: ({ word }) => word,
};

export const statuses: Catalogue['statuses'] = {
  NO_COPIES: '복본 없음',
  REJECTED: '거절됨',
  CANCELLED: '취소됨',
  EXPIRED: '기한 지남',
};
