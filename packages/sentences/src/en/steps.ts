import type { Catalogue } from '../catalogue';
import { decisions } from './refusals';

const { rules, reasons } = decisions;

export const steps: Catalogue['steps'] = {
  Subscribed: ({ word }) => word,
  Ready: () => 'Ready for pick-up',
  Cancelled({ reasonCode, reason = reasonCode && reasons[reasonCode] }) {
    return reason === undefined ? 'Cancelled' : `Cancelled: ${reason}`;
  },
  Expired: () => 'Expired',
  Checked: ({ word }) => word,
  Refused: ({ ruleCode }) => `Rejected: ${rules[ruleCode]}`,
  Rejected: ({ ruleCode }) => `Rejected: ${rules[ruleCode]}`,
  Rentaled: ({ word }) => word,
  Loaned: ({ dueOn }) => `Due ${dueOn}`,
  Returned: () => 'Brought back',
  ReturnedBook: ({ word }) => word,
};

export const statuses: Catalogue['statuses'] = {
  NO_COPIES: 'No copies',
  REJECTED: 'Rejected',
  CANCELLED: 'Cancelled',
  EXPIRED: 'Expired',
};
