import type { Manifest } from './manifest';

/** An edit of the manifests' JSON text that breaks a rule, which the rule has to find. */
export type Breaking = readonly [before: string, after: string];

/** The objects with the edit, in every place. */
export function brokenBy(all: readonly Manifest[], [before, after]: Breaking): Manifest[] {
  const text = JSON.stringify(all);
  if (!text.includes(before)) throw new Error(`The control has nothing to break: there is no ${before}.`);
  return JSON.parse(text.replaceAll(before, after)) as Manifest[];
}
