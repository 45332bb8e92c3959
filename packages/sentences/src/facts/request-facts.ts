import type { NoFacts } from '@rentalbook/event-contracts';

interface AtMost {
  readonly count: number;
  readonly most: number;
}

/** Operations beyond the router's limits, and requests that it cannot read. */
export interface RequestFacts {
  readonly OPERATION_NOT_NAMED: NoFacts;
  readonly OPERATION_NAME_LENGTH: AtMost;
  readonly OPERATION_SUBSCRIPTION: NoFacts;
  readonly OPERATION_DEPTH: AtMost;
  readonly OPERATION_INTROSPECTION_DEPTH: AtMost;
  readonly OPERATION_ALIASES: AtMost;
  readonly OPERATION_ALIASES_ANONYMOUS: AtMost;
  readonly OPERATION_ROOT_FIELDS: AtMost;
  readonly OPERATION_MUTATIONS: AtMost;
  readonly OPERATION_ENTRIES: AtMost;
  readonly OPERATION_SEARCHES: AtMost;
  readonly OPERATION_VALUES: AtMost;
  readonly OPERATION_NOT_LISTED: NoFacts;
  readonly DOCUMENT_LENGTH: AtMost;
  readonly ACCEPT_UNKNOWN: { readonly accept: string };
  readonly CHARSET_UNKNOWN: { readonly charset: string };
  readonly CONTENT_ENCODING_UNKNOWN: { readonly coding: string };
  readonly BODY_ENCODING: NoFacts;
  readonly QUERY_STRING_ENCODING: { readonly part: string };
  readonly BODY_SIZE: { readonly most: number };
  readonly CONTENT_TYPE_UNKNOWN: NoFacts;
  readonly REQUEST_UNREADABLE: NoFacts;
  readonly HOST_UNKNOWN: { readonly host: string; readonly hosts: readonly string[] };
  readonly NOTHING_HERE: NoFacts;
}
