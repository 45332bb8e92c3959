declare const known: {
  readonly AT: number;
  readonly ID: `${string}-${string}-${string}-${string}-${string}`;
  readonly secret: string;
  readonly cursorSecret: string;
  readonly pems: Readonly<Record<string, string>>;
  readonly caller: { readonly memberId: string; readonly name: string; readonly roles: readonly ['member'] };
  readonly bodies: { readonly query: string; readonly returns: string };
  readonly positions: readonly { readonly source: string; readonly key: string; readonly sequence: number }[];
  readonly list: string;
  readonly row: readonly string[];
  readonly record: { readonly key: string; readonly value: string };
};
export = known;
