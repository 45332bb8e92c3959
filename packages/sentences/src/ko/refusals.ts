import type { Catalogue } from '../catalogue';
import { object, subject } from './particles';

const refusals: Catalogue['refusals'] = {
  BOOK_NOT_FOUND: ({ bookId }) =>
    bookId === undefined ? '도서 목록에 그런 책이 없습니다.' : `"${bookId}"에 해당하는 책이 없습니다.`,
  COPY_NOT_FOUND: ({ title }) => `"${title}"에는 그런 복본이 없습니다.`,
  COPY_IN_USE: ({ state }) =>
    state === 'HELD' ? '이 복본은 예약한 회원을 위해 보관 중입니다.' : '이 복본은 대출 중입니다.',
  RESERVATION_NOT_FOUND: () => '그런 예약이 없습니다.',
  ALREADY_RESERVED: ({ title }) => `이미 ${object(title)} 예약하셨습니다.`,
  ALREADY_RENTED: ({ title, state }) =>
    state === 'REQUESTED' ? `이미 "${title}"의 대출을 신청하셨습니다.` : `이미 ${object(title)} 대출하고 계십니다.`,
  NO_COPIES: ({ title }) => `도서관에 더 이상 ${subject(title)} 없습니다.`,
  NOT_CANCELLABLE: () => '이 예약은 이미 종료되었습니다.',
  RENTAL_NOT_FOUND: () => '그런 대출이 없습니다.',
  ALREADY_RETURNED: ({ state }) =>
    state === 'REQUESTED'
      ? '대출 신청이 아직 처리되지 않았습니다. 잠시 후 다시 확인해 주십시오.'
      : '대출 중인 책이 아닙니다. 이미 반납되었거나 대출이 시작되지 않았습니다.',
};

const rejections: Catalogue['rejections'] = {
  BOOK_NOT_FOUND: '그런 책이 없습니다.',
  NOT_RESERVED: '이 책을 예약하지 않으셨습니다. 먼저 예약해 주십시오.',
  NOT_YOUR_TURN: '아직 회원님께 준비된 책이 없습니다. 예약은 그대로 유지됩니다.',
  REQUEST_TIMED_OUT: '신청이 제시간에 처리되지 않았습니다. 책을 예약한 뒤 다시 신청해 주십시오.',
  NO_COPIES: '도서관에 더 이상 이 책이 없습니다.',
  PICKUP_EXPIRED: '책을 기한까지 찾아가지 않으셔서 더 이상 보관하지 않습니다. 다시 예약해 주십시오.',
};

const rules: Catalogue['rules'] = {
  COPIES_OF_A_TITLE: '복본은 도서 목록에 있는 책에 속합니다.',
  COPY_BY_ITS_ID: '복본은 도서 목록에 있는 식별자로 폐기합니다.',
  WITHDRAW_FROM_STOCK: '회원이 불이익을 받지 않도록 서가에 있는 복본만 폐기합니다.',
  RENT_FROM_CATALOGUE: '책은 도서 목록에 등록된 뒤에 대출할 수 있습니다.',
  RENT_ONCE_AT_A_TIME: '회원은 같은 책을 한 번에 한 권만 대출합니다.',
  ANSWERED_IN_TIME: '대출 신청은 제시간에 처리되거나 거절됩니다.',
  RETURN_WHAT_IS_OUT: '대출 중인 책만 반납합니다.',
  RENTAL_BY_ITS_ID: '대출은 부여된 식별자로 반납합니다.',
  RESERVE_FROM_CATALOGUE: '책은 도서 목록에 등록된 뒤에 예약할 수 있습니다.',
  WHILE_THERE_ARE_COPIES: '책은 도서관에 복본이 있는 동안 예약하고 대출합니다.',
  ONE_RESERVATION_PER_TITLE: '회원은 같은 책을 한 건만 예약할 수 있습니다.',
  NOT_WHILE_AT_HOME: '대출 중인 책은 예약할 수 없습니다.',
  FIRST_COME_FIRST_SERVED: '가장 먼저 예약한 회원이 다음에 준비되는 책을 받습니다.',
  RENT_ON_RESERVATION: '책은 예약한 경우에만 대출합니다.',
  WAIT_FOR_YOUR_TURN: '책은 회원님께 준비된 뒤에 대출합니다.',
  FETCH_IN_TIME: '준비된 책은 수령 기한까지만 보관합니다.',
  GOES_TO_ITS_READER: '준비된 책은 예약한 회원에게 대출합니다.',
  CANCEL_WHILE_OPEN: '예약은 책을 찾아가기 전까지 취소할 수 있습니다.',
  RESERVATION_BY_ITS_ID: '예약은 부여된 식별자로 취소합니다.',
};

const reasons: Catalogue['reasons'] = {
  NO_COPY_LEFT: '도서관에 더 이상 이 책이 없습니다.',
  NOT_FETCHED_IN_TIME: rules.FETCH_IN_TIME,
  NO_LONGER_NEEDED: '더 이상 필요하지 않습니다.',
  CANCELLED_BY_THE_LIBRARY: '도서관에서 이 예약을 취소했습니다.',
};

const warnings: Catalogue['warnings'] = {
  ISBN_CHECK_DIGIT: ({ expected }) => `계산한 ISBN 확인 숫자는 ${expected}입니다. 책에 적힌 번호와 비교해 주십시오.`,
};

export const decisions = { refusals, rejections, rules, reasons, warnings };
