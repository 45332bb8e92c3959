import type { Sentences } from '../catalogue';
import type { ServiceFacts, TokenFacts } from '../facts/service-facts';

const inSeconds = (seconds: number): string => `${String(seconds)} ${seconds === 1 ? 'second' : 'seconds'}`;

export const service: Sentences<ServiceFacts> = {
  SIGN_IN: () => 'Sign in first: send a valid token as "authorization: Bearer …".',
  ROLE_MISSING: ({ needs, has }) =>
    `This is for a ${needs.join(' or a ')}; your token has ${has.length === 0 ? 'no role' : `the role ${has.join(', ')}`}.`,
  OF_ANOTHER_MEMBER: () => 'This belongs to another member.',
  TOO_LATE: () => 'The service could not answer in time; try again.',
  DATA_UNREACHABLE: () => 'The service cannot reach its data right now; try again.',
  FAILED: ({ errorId }) => `Something went wrong here; quote ${errorId} when you ask about it.`,
  SUBGRAPH_UNAVAILABLE: ({ subgraph }) => `"${subgraph}" cannot answer right now; try again.`,
  SUBGRAPH_OVERLOADED: ({ subgraph }) => `Too many requests wait for "${subgraph}"; try again.`,
  SHARE_USED_UP: ({ seconds }) => `You ask for more than your share; try again in ${inSeconds(seconds)}.`,
  TOO_MANY_UNDER_WAY: ({ seconds }) => `You have too many requests under way; try again in ${inSeconds(seconds)}.`,
  TOKEN_KEYS_UNREACHABLE: () => 'The keys that tokens are checked with cannot be reached right now; try again.',
};

const signInAgain = (why: string): string =>
  `${why}; sign in again and send the new token as "authorization: Bearer <token>".`;

export const tokens: Sentences<TokenFacts> = {
  TOKEN_TWO_HEADERS: () => signInAgain('Your request carries more than one authorization header'),
  TOKEN_TOO_LONG: () => signInAgain('Your token is too long'),
  TOKEN_NO_BEARER: () => signInAgain('Your authorization header holds no bearer token'),
  TOKEN_NOT_FOR_ACCESS: () => signInAgain('Your token is of a type that is not for access'),
  TOKEN_FROM_THE_FUTURE: () => signInAgain('Your token was issued in the future'),
  TOKEN_LIFETIME: () => signInAgain('Your token is valid for longer than is accepted here'),
  TOKEN_EXPIRED: () => signInAgain('Your token has expired'),
  TOKEN_INVALID: () => signInAgain('Your token is not valid'),
  TOKEN_TOO_EARLY: () => signInAgain('Your token is not valid yet'),
  TOKEN_AUDIENCE: () => signInAgain('Your token was made for another audience'),
  TOKEN_ISSUER: () => signInAgain('Your token was made by another issuer'),
  TOKEN_CLAIM: ({ claim }) => signInAgain(`The claim "${claim}" of your token is missing or wrong`),
  TOKEN_NO_MEMBER: () => signInAgain('The claim "sub" of your token names no member'),
  TOKEN_MEMBER_EMPTY: () => signInAgain('The claim "sub" of your token names no member: it is empty'),
  TOKEN_MEMBER_UNPRINTABLE: () =>
    signInAgain('The claim "sub" of your token names no member: it has a control character or a line break'),
  TOKEN_MEMBER_LENGTH: ({ count, most }) =>
    signInAgain(
      `The claim "sub" of your token names no member: it has ${String(count)} characters; at most ${String(most)} are allowed`,
    ),
  TOKEN_NO_NAME: ({ claim }) => signInAgain(`The claim "${claim}" of your token is no name`),
  TOKEN_NO_ROLES: ({ claim }) => signInAgain(`The claim "${claim}" of your token is no list of roles`),
};
