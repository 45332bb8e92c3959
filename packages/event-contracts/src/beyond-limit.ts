import type { LimitFacts } from './codes';

/** A command exceeds a technical limit, which is no rule of the library. */
export class BeyondLimit<Code extends keyof LimitFacts = keyof LimitFacts> extends Error {
  override readonly name = 'BeyondLimit';

  constructor(
    readonly code: Code,
    readonly facts: LimitFacts[Code],
  ) {
    super(`A command is beyond the limit ${code}.`);
  }
}
