/** One Ctrl-C may arrive twice: from the terminal, which signals the whole process group, and from npm, which forwards it. */
const SAME_REQUEST_MS = 1_000;

export interface StopRequests {
  /** Called once, with the reason of the stop. */
  readonly stop: (reason: string) => void;
  /** Called for a SIGINT that comes while the stop is under way. */
  readonly endAtOnce: () => void;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** Handles SIGINT, SIGTERM and SIGHUP; returns the handler, for other reasons to stop. */
export function onStopSignals({ stop, endAtOnce, now = () => performance.now() }: StopRequests) {
  let stoppingSince: number | undefined;
  const request = (reason: string): void => {
    if (stoppingSince === undefined) {
      stoppingSince = now();
      stop(reason);
    } else if (reason === 'SIGINT' && now() - stoppingSince >= SAME_REQUEST_MS) endAtOnce();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
  return request;
}
