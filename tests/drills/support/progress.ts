import type { Clock } from '@rentalbook/timing';

/** At the latest after so long without a line, another one says what a run is doing. */
const SILENT_AT_MOST_MS = 8_000;

export interface Progress {
  say(line: string): void;
  /** Does the work; while it lasts, lines of progress name it. */
  during<Result>(what: string | (() => string), work: () => Promise<Result>): Promise<Result>;
  /** No further lines. */
  end(): void;
}

/** Prints what a run says, and in its pauses what it is doing and for how long. */
export function startProgress(print: (line: string) => void, clock: Clock): Progress {
  const underWay: { readonly what: string | (() => string); readonly since: number }[] = [];
  let cancel: () => void;
  let idleSince = clock.now();
  const report = (): void => {
    const { what, since } = underWay.at(-1) ?? { what: 'between two steps', since: idleSince };
    const seconds = ((clock.now() - since) / 1_000).toFixed(0);
    print(`  … ${typeof what === 'string' ? what : what()}, for ${seconds} s so far`);
    wait();
  };
  const wait = (): void => {
    cancel = clock.after(SILENT_AT_MOST_MS, report);
  };
  wait();
  return {
    say(line) {
      cancel();
      print(line);
      idleSince = clock.now();
      wait();
    },
    async during(what, work) {
      const activity = { what, since: clock.now() };
      underWay.push(activity);
      try {
        return await work();
      } finally {
        underWay.splice(underWay.indexOf(activity), 1);
        idleSince = clock.now();
      }
    },
    end: () => {
      cancel();
    },
  };
}
