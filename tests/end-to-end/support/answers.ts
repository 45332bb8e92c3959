interface Answer {
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

/** The codes of an answer's errors, each once. */
export const codesOf = ({ errors = [] }: Answer): string[] => [
  ...new Set(errors.map(({ extensions }) => extensions?.code ?? 'no code')),
];
