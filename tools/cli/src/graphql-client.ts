import { directRequest } from '@rentalbook/service-kit/direct-request';

/** An answer of the router, as GraphQL has it. */
export interface GraphQLAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: string };
  }[];
}

/**
 * Sends a request to the router, anonymously when there is no token; rejects only when nothing that answers GraphQL is there, or when it
 * takes longer than `withinMs`.
 */
export async function ask<Data>(
  url: string,
  token: string | undefined,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
  withinMs?: number,
): Promise<GraphQLAnswer<Data>> {
  const { text } = await directRequest(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
    ...(withinMs !== undefined && { signal: AbortSignal.timeout(withinMs) }),
  });
  return JSON.parse(text) as GraphQLAnswer<Data>;
}

/** The errors in the router's answer. */
export const reasonOf = ({ errors = [] }: GraphQLAnswer<unknown>): string =>
  errors.map(({ message }) => message).join('; ') || 'the router gave no reason';
