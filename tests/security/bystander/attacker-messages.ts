import type { FloodFacts, FloodName } from './floods';

/** What the harness tells the attacker's process to send; its other message is 'stop'. */
export interface FloodOrder extends FloodFacts {
  readonly flood: FloodName;
  readonly url: string;
}

/** What came of a flood, as the attacker's process reports it; its message before that is 'ready'. */
export interface FloodReport {
  /** Answers by their code: "answered" for those without errors, "no answer" for lost connections. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Answers that no caller may get. */
  readonly faults: readonly string[];
}
