import type { Sentences } from '../catalogue';
import type { InputFacts } from '../facts/input-facts';
import { subject, topic } from './particles';

export const input: Sentences<InputFacts> = {
  TEXT_UNPRINTABLE: ({ field }) => `"${field}"에 제어 문자나 줄 바꿈이 있습니다. 빼 주십시오.`,
  TEXT_NO_CHARACTER: ({ field }) => `"${field}"에 문자가 아닌 코드 포인트가 있습니다. 빼 주십시오.`,
  TEXT_EMPTY: ({ field, most }) =>
    `${subject(field)} 비어 있습니다. 보이는 문자를 1자 이상 ${most}자 이하로 적어 주십시오.`,
  TEXT_BYTES: ({ field, bytes, most }) => `${subject(field)} ${bytes}바이트입니다. ${most}바이트 이하로 줄여 주십시오.`,
  TEXT_COMBINED: ({ field, codePoints, most }) =>
    `"${field}"에 코드 포인트 ${codePoints}개를 결합한 문자가 있습니다. ${most}개 이하로 줄여 주십시오.`,
  TEXT_LENGTH: ({ field, count, most }) => `${topic(field)} ${count}자입니다. 1자 이상 ${most}자 이하로 적어 주십시오.`,
  LIST_LENGTH: ({ field, count, most }) => `"${field}"의 항목이 ${count}개입니다. ${most}개 이하로 줄여 주십시오.`,
  COUNT_RANGE: ({ field, count, least, most }) =>
    `"${field}"의 값이 ${count}입니다. ${least} 이상 ${most} 이하로 적어 주십시오.`,
  ID_LENGTH: ({ field, count, most }) => `${topic(field)} ${count}자입니다. 식별자는 ${most}자 이하입니다.`,
  ID_NO_TEXT: ({ field, given }) =>
    given === undefined
      ? `${subject(field)} 없습니다. 식별자는 문자열이어야 합니다.`
      : `"${field}"의 값이 ${given}입니다. 식별자는 문자열이어야 합니다.`,
  MEMBER_ID_EMPTY: ({ field }) => `${topic(field)} 회원 식별자가 아닙니다. 비어 있습니다.`,
  MEMBER_ID_UNPRINTABLE: ({ field }) => `${topic(field)} 회원 식별자가 아닙니다. 제어 문자나 줄 바꿈이 있습니다.`,
  MEMBER_ID_LENGTH: ({ field, count, most }) =>
    `${topic(field)} 회원 식별자가 아닙니다. ${count}자이며 ${most}자까지 허용됩니다.`,
  PAGE_TWO_SIZES: () =>
    '"first"와 "last"를 함께 지정하셨습니다. 앞에서부터 보려면 "first"만, 뒤에서부터 보려면 "last"만 지정해 주십시오.',
  PAGE_SIZE: ({ field, size, most }) => `"${field}"의 값이 ${size}입니다. 1 이상 ${most} 이하로 지정해 주십시오.`,
  CURSOR_UNKNOWN: ({ field }) => `${topic(field)} 이 목록의 커서가 아닙니다. 이 목록에서 받은 커서를 사용해 주십시오.`,
  SEARCH_TOO_SHORT: ({ search }) =>
    `"search"의 값이 ${JSON.stringify(search)}입니다. 이어진 글자나 숫자를 두 자 이상, 또는 한글, 한자, 가나를 한 자 이상 적어 주십시오.`,
  IDEMPOTENCY_KEY_REUSED: ({ key }) =>
    `idempotencyKey ${topic(key)} 다른 인수와 함께 이미 사용되었습니다. 새 키를 사용해 주십시오.`,
  IDEMPOTENCY_KEYS_USED_UP: ({ perDay }) =>
    `오늘 사용할 수 있는 멱등 키 ${perDay}개를 모두 사용하셨습니다. 사용한 키를 다시 쓰거나, 키 없이 보내거나, 내일(UTC)까지 기다려 주십시오.`,
  COPIES_PER_TITLE: ({ copies, title, has, most }) =>
    `"copies"의 값이 ${copies}이고 "${title}"의 복본은 ${has}권입니다. 한 책의 복본은 ${most}권까지입니다.`,
};
