import type { NoFacts } from '@rentalbook/event-contracts';

type Role = 'member' | 'librarian';

/** Who may not, and what cannot be done at the moment. */
export interface ServiceFacts {
  readonly SIGN_IN: NoFacts;
  readonly ROLE_MISSING: { readonly needs: readonly Role[]; readonly has: readonly Role[] };
  readonly OF_ANOTHER_MEMBER: NoFacts;
  readonly TOO_LATE: NoFacts;
  readonly DATA_UNREACHABLE: NoFacts;
  /** An error without a code; the id is in the log. */
  readonly FAILED: { readonly errorId: string };
  readonly SUBGRAPH_UNAVAILABLE: { readonly subgraph: string };
  readonly SUBGRAPH_OVERLOADED: { readonly subgraph: string };
  readonly SHARE_USED_UP: { readonly seconds: number };
  readonly TOO_MANY_UNDER_WAY: { readonly seconds: number };
  readonly TOKEN_KEYS_UNREACHABLE: NoFacts;
}

interface Claim {
  readonly claim: string;
}

/** Tokens that are refused. No sentence repeats the token, nor the claims that are expected. */
export interface TokenFacts {
  readonly TOKEN_TWO_HEADERS: NoFacts;
  readonly TOKEN_TOO_LONG: NoFacts;
  readonly TOKEN_NO_BEARER: NoFacts;
  readonly TOKEN_NOT_FOR_ACCESS: NoFacts;
  readonly TOKEN_FROM_THE_FUTURE: NoFacts;
  readonly TOKEN_LIFETIME: NoFacts;
  readonly TOKEN_EXPIRED: NoFacts;
  readonly TOKEN_INVALID: NoFacts;
  readonly TOKEN_TOO_EARLY: NoFacts;
  readonly TOKEN_AUDIENCE: NoFacts;
  readonly TOKEN_ISSUER: NoFacts;
  readonly TOKEN_CLAIM: Claim;
  readonly TOKEN_NO_MEMBER: NoFacts;
  readonly TOKEN_MEMBER_EMPTY: NoFacts;
  readonly TOKEN_MEMBER_UNPRINTABLE: NoFacts;
  readonly TOKEN_MEMBER_LENGTH: { readonly count: number; readonly most: number };
  readonly TOKEN_NO_NAME: Claim;
  readonly TOKEN_NO_ROLES: Claim;
}
