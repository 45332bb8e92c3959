import { passArmed } from './armed';

/** Set by the build: true in the fault harness's own, false everywhere else. Tests run without a build. */
declare const CRASH_POINTS: boolean;

/** Where a crash may leave things half done: on either side of every write, send and acknowledgement. */
export const crashPoints = [
  'command.before-write',
  'command.after-write',
  'command.before-answer',
  'relay.before-send',
  'relay.after-send',
  'relay.before-pull',
  'relay.after-pull',
  'consumer.before-apply',
  'consumer.after-apply',
  'consumer.before-commit',
  'consumer.after-commit',
  'page.before-checkpoint',
  'dead-letter.before-park',
  'dead-letter.before-send',
  'dead-letter.after-send',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

/** In the fault harness: the process ends here, as by kill -9, if this point is armed for it. Anywhere else: nothing. */
export function crashPoint(name: CrashPoint): void {
  if (typeof CRASH_POINTS !== 'undefined' && CRASH_POINTS) passArmed(name);
}
