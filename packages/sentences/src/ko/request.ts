import type { Sentences } from '../catalogue';
import type { RequestFacts } from '../facts/request-facts';
import { subject, topic } from './particles';

const grouped = (count: number): string => count.toLocaleString('en');

export const request: Sentences<RequestFacts> = {
  OPERATION_NOT_NAMED: () =>
    '문서에 그런 작업이 없거나, 작업이 여럿인데 "operationName"으로 고르지 않았습니다. 그중 하나를 지정해 주십시오.',
  OPERATION_NAME_LENGTH: ({ count, most }) => `작업 이름이 ${count}자입니다. ${most}자 이하로 줄여 주십시오.`,
  OPERATION_SUBSCRIPTION: () => '이 그래프에는 구독이 없습니다. 쿼리나 뮤테이션을 보내 주십시오.',
  OPERATION_DEPTH: ({ count, most }) => `작업의 깊이가 ${count}단계입니다. ${most}단계 이하로 줄여 주십시오.`,
  OPERATION_INTROSPECTION_DEPTH: ({ count, most }) =>
    `작업이 스키마를 ${count}단계까지 조회합니다. ${most}단계 이하로 줄여 주십시오.`,
  OPERATION_ALIASES: ({ count, most }) => `작업의 별칭이 ${count}개입니다. ${most}개 이하로 줄여 주십시오.`,
  OPERATION_ALIASES_ANONYMOUS: ({ count, most }) =>
    `작업의 별칭이 ${count}개입니다. ${most}개 이하로 줄이거나 로그인해 주십시오.`,
  OPERATION_ROOT_FIELDS: ({ count, most }) => `작업의 최상위 필드가 ${count}개입니다. ${most}개 이하로 줄여 주십시오.`,
  OPERATION_MUTATIONS: ({ count, most }) =>
    `작업의 뮤테이션이 ${count}개입니다. ${most}개까지만 보내고 나머지는 다음 요청으로 보내 주십시오.`,
  OPERATION_ENTRIES: ({ count, most }) =>
    `작업의 목록 항목이 최대 ${count}개가 될 수 있습니다. ${most}개 이하로 줄여 주십시오.`,
  OPERATION_SEARCHES: ({ count, most }) => `작업의 검색이 ${count}개입니다. 한 작업에 ${most}개 이하로 보내 주십시오.`,
  OPERATION_VALUES: ({ count, most }) => `작업에 값이 ${count}개인 목록이 있습니다. ${most}개 이하로 줄여 주십시오.`,
  OPERATION_NOT_LISTED: () =>
    '라우터는 등록된 작업에만 응답하며, 이 요청은 등록된 작업이 아닙니다. 등록된 작업을 보내거나 router/operations에 추가해 주십시오.',
  DOCUMENT_LENGTH: ({ count, most }) =>
    `GraphQL 문서가 ${grouped(count)}자입니다. ${grouped(most)}자 이하로 줄이고 값은 변수로 보내 주십시오.`,
  ACCEPT_UNKNOWN: ({ accept }) =>
    `응답 형식은 "application/json" 또는 "application/graphql-response+json"이며, Accept 헤더 "${accept}"에는 둘 다 없습니다. 그중 하나를 추가해 주십시오.`,
  CHARSET_UNKNOWN: ({ charset }) =>
    `문자 집합 ${topic(charset)} 지원하지 않습니다. 요청을 UTF-8로, "application/json; charset=utf-8"과 함께 보내 주십시오.`,
  CONTENT_ENCODING_UNKNOWN: ({ coding }) =>
    `콘텐츠 인코딩 ${topic(coding)} 지원하지 않습니다. Content-Encoding 헤더 없이 본문을 그대로 보내 주십시오.`,
  BODY_ENCODING: () => '본문에 UTF-8이 아닌 바이트가 있습니다. 요청을 UTF-8로 보내 주십시오.',
  QUERY_STRING_ENCODING: ({ part }) =>
    `쿼리 문자열에 UTF-8 퍼센트 인코딩이 아닌 부분 ${subject(part)} 있습니다. 인코딩해 주십시오. 퍼센트 기호는 "%25"입니다.`,
  BODY_SIZE: ({ most }) => `요청이 너무 큽니다. ${grouped(most)}바이트 이하로 보내 주십시오.`,
  CONTENT_TYPE_UNKNOWN: () => '지원하지 않는 콘텐츠 형식입니다. application/json으로 보내 주십시오.',
  REQUEST_UNREADABLE: () => '요청을 읽을 수 없습니다. "query"가 있는 JSON 객체를 보내 주십시오.',
  HOST_UNKNOWN: ({ host, hosts }) =>
    `호스트 ${topic(host)} 여기에서 제공하지 않습니다. ${hosts.join(', ')} 중 하나를 사용하거나 ALLOWED_HOSTS에 추가해 주십시오.`,
  NOTHING_HERE: () => '이 주소에는 아무것도 없습니다. GraphQL은 /graphql로 보내 주십시오.',
};
