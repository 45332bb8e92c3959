import type { Cluster } from './cluster';
import type { Variant } from './overlay';
import type { Stage } from './stage';

export { bar, faultsIn, isDefect, NotProven } from './not-proven';

/** What a drill measured, by names that say the unit. */
export type Figures = Readonly<Record<string, number | string>>;

/** Something that an operator can do to the running system, and what has to come of it. */
export interface Drill {
  readonly name: string;
  /** Its heading in docs/runbook.md. */
  readonly heading: string;
  /** What it proves, in one sentence. */
  readonly proves: string;
  /** The same by hand, one command a line. */
  readonly byHand: readonly string[];
  /** What the cluster lacks for it, as the end of a sentence: it is skipped then. */
  lacks?(cluster: Cluster): Promise<string | undefined>;
  /** It begins with a namespace in which nothing is, and leaves such a one behind. */
  readonly isFromNothing?: boolean;
  /** What the system is like when the drill begins, besides the local overlay. */
  readonly startsFrom?: Variant | ((cluster: Cluster) => Promise<Variant>);
  /** Throws {@link NotProven} when a bar is missed. */
  prove(stage: Stage): Promise<Figures>;
  /** The same without what makes it true: has to throw {@link NotProven}, or the drill proves nothing. */
  readonly control: {
    readonly takenAway: string;
    prove(stage: Stage): Promise<Figures>;
  };
}
