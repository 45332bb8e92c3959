import type { Sentences } from '../catalogue';
import type { ServiceFacts, TokenFacts } from '../facts/service-facts';
import { topic } from './particles';

const roles = { member: '회원', librarian: '사서' } as const;
const TRY_AGAIN = '다시 시도해 주십시오.';

export const service: Sentences<ServiceFacts> = {
  SIGN_IN: () => '먼저 로그인해 주십시오. 유효한 토큰을 "authorization: Bearer …"로 보내 주십시오.',
  ROLE_MISSING: ({ needs, has }) =>
    `${needs.map((role) => roles[role]).join(' 또는 ')}만 사용할 수 있습니다. 토큰에 있는 역할: ${has.map((role) => roles[role]).join(', ') || '없음'}.`,
  OF_ANOTHER_MEMBER: () => '다른 회원의 것입니다.',
  TOO_LATE: () => `서비스가 제시간에 응답하지 못했습니다. ${TRY_AGAIN}`,
  DATA_UNREACHABLE: () => `지금은 서비스가 데이터에 접근할 수 없습니다. ${TRY_AGAIN}`,
  FAILED: ({ errorId }) => `오류가 발생했습니다. 문의하실 때 ${errorId} 번호를 알려 주십시오.`,
  SUBGRAPH_UNAVAILABLE: ({ subgraph }) => `지금은 ${topic(subgraph)} 응답할 수 없습니다. ${TRY_AGAIN}`,
  SUBGRAPH_OVERLOADED: ({ subgraph }) => `"${subgraph}"에 대기 중인 요청이 너무 많습니다. ${TRY_AGAIN}`,
  SHARE_USED_UP: ({ seconds }) => `허용된 사용량을 넘으셨습니다. ${seconds}초 뒤에 ${TRY_AGAIN}`,
  TOO_MANY_UNDER_WAY: ({ seconds }) => `처리 중인 요청이 너무 많습니다. ${seconds}초 뒤에 ${TRY_AGAIN}`,
  TOKEN_KEYS_UNREACHABLE: () => `지금은 토큰을 확인할 키를 가져올 수 없습니다. ${TRY_AGAIN}`,
};

const signInAgain = (why: string): string =>
  `${why} 다시 로그인하여 새 토큰을 "authorization: Bearer <token>"으로 보내 주십시오.`;

export const tokens: Sentences<TokenFacts> = {
  TOKEN_TWO_HEADERS: () => signInAgain('요청에 authorization 헤더가 두 개 이상 있습니다.'),
  TOKEN_TOO_LONG: () => signInAgain('토큰이 너무 깁니다.'),
  TOKEN_NO_BEARER: () => signInAgain('authorization 헤더에 Bearer 토큰이 없습니다.'),
  TOKEN_NOT_FOR_ACCESS: () => signInAgain('접근에 사용할 수 없는 종류의 토큰입니다.'),
  TOKEN_FROM_THE_FUTURE: () => signInAgain('토큰의 발급 시각이 미래입니다.'),
  TOKEN_LIFETIME: () => signInAgain('토큰의 유효 기간이 허용된 기간보다 깁니다.'),
  TOKEN_EXPIRED: () => signInAgain('토큰이 만료되었습니다.'),
  TOKEN_INVALID: () => signInAgain('토큰이 유효하지 않습니다.'),
  TOKEN_TOO_EARLY: () => signInAgain('토큰이 아직 유효하지 않습니다.'),
  TOKEN_AUDIENCE: () => signInAgain('다른 대상을 위해 발급된 토큰입니다.'),
  TOKEN_ISSUER: () => signInAgain('다른 발급자가 발급한 토큰입니다.'),
  TOKEN_CLAIM: ({ claim }) => signInAgain(`토큰의 "${claim}" 클레임이 없거나 잘못되었습니다.`),
  TOKEN_NO_MEMBER: () => signInAgain('토큰의 "sub" 클레임이 회원을 가리키지 않습니다.'),
  TOKEN_MEMBER_EMPTY: () => signInAgain('토큰의 "sub" 클레임이 비어 있습니다.'),
  TOKEN_MEMBER_UNPRINTABLE: () => signInAgain('토큰의 "sub" 클레임에 제어 문자나 줄 바꿈이 있습니다.'),
  TOKEN_MEMBER_LENGTH: ({ count, most }) =>
    signInAgain(`토큰의 "sub" 클레임이 ${count}자이며 ${most}자까지 허용됩니다.`),
  TOKEN_NO_NAME: ({ claim }) => signInAgain(`토큰의 "${claim}" 클레임이 이름이 아닙니다.`),
  TOKEN_NO_ROLES: ({ claim }) => signInAgain(`토큰의 "${claim}" 클레임이 역할 목록이 아닙니다.`),
};
