import {
  ConstantBackoff,
  DelegateBackoff,
  ExponentialBackoff,
  noJitterGenerator,
  type IBackoffFactory,
} from 'cockatiel';

/** The pause before the first repeat, and the longest one, in milliseconds. */
export interface Bounds {
  readonly first: number;
  readonly most: number;
}

/** How pauses grow; a number for pauses that are all as long, in milliseconds. */
export type BackOff = number | IBackoffFactory<unknown>;

/** Each pause is twice as long as the one before. */
export const doubling = ({ first, most }: Bounds): BackOff =>
  new ExponentialBackoff({ initialDelay: first, maxDelay: most, generator: noJitterGenerator });

/** Each pause is longer than the one before by the first. */
export const increasing = ({ first, most }: Bounds): BackOff =>
  new DelegateBackoff<unknown, number>((_context, before = 0) => {
    const delay = Math.min(before + first, most);
    return { delay, state: delay };
  });

/** Random pauses, each up to what {@link increasing} would be, so that competing writers do not meet again. */
export const jittered = ({ first, most }: Bounds, random: () => number = Math.random): BackOff =>
  new DelegateBackoff<unknown, number>((_context, before = 0) => {
    const bound = Math.min(before + first, most);
    return { delay: random() * bound, state: bound };
  });

/** The pauses of one wait. */
export interface Pauses {
  /** Milliseconds. */
  next(): number;
  /** The next pause is the first again. */
  reset(): void;
}

export function createPauses(backOff: BackOff): Pauses {
  const factory = typeof backOff === 'number' ? new ConstantBackoff(backOff) : backOff;
  let current: ReturnType<typeof factory.next> | undefined;
  return {
    next() {
      current = (current ?? factory).next(undefined);
      return current.duration;
    },
    reset() {
      current = undefined;
    },
  };
}
