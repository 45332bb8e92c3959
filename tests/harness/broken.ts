/** A promise that was not kept: which, on what, and what was found instead. */
export interface Broken {
  readonly promise: string;
  readonly on: string;
  readonly found: string;
}
