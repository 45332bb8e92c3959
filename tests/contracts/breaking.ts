import { z } from 'zod';
import { PUBLIC, type Contracts } from './contracts';
import { breakingEventChanges } from './event-changes';
import { breakingGraphChanges } from './graph-changes';

/** Breaking changes that are meant. */
export const acceptedSchema = z.array(
  z.strictObject({
    /** The sentence of the check. */
    change: z.string().min(1),
    reason: z.string().trim().min(10, 'is a sentence that says why'),
  }),
);
export type Accepted = z.infer<typeof acceptedSchema>;

/** What in `after` a release or a client that knows `before` cannot live with: one sentence each, with its place in front. */
export async function breakingChanges(before: Contracts, after: Contracts): Promise<string[]> {
  const graphs = Object.entries(before.graph).map(async ([name, lines]) => {
    const title = name === PUBLIC ? 'public graph' : `subgraph ${name}`;
    const now = after.graph[name];
    const changes = now ? await breakingGraphChanges(lines, now) : ['it is gone'];
    return changes.map((change) => `${title}: ${change}`);
  });
  const events = breakingEventChanges(before.events, after.events).map((change) => `event: ${change}`);
  return [...(await Promise.all(graphs)).flat(), ...events];
}

export interface Sorted {
  readonly accepted: Accepted;
  readonly unlisted: readonly string[];
}

export const sortOut = (changes: readonly string[], list: Accepted): Sorted => ({
  accepted: list.filter(({ change }) => changes.includes(change)),
  unlisted: changes.filter((change) => !list.some((one) => one.change === change)),
});
