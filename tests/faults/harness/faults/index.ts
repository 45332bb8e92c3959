import type { Trial } from '../../../harness/trial';
import { race } from './f1-race';
import { kills } from './f2-kills';
import { crashes } from './f3-crash-points';
import { kafkaAway } from './f4-kafka-away';
import { mongoAway } from './f5-mongo-away';
import { lostAnswers } from './f6-lost-answers';
import { frozen } from './f7-frozen';
import { deliveries } from './f8-deliveries';
import { poison } from './f9-poison';
import { handlerBugs } from './f10-handler-bugs';
import { clocks } from './f13-clocks';
import { scaling } from './f14-scaling';
import { rebuild } from './f15-rebuild';
import { goldenEvents } from './f16-golden-events';

/** Every fault that the system is measured against, in the order of the table. */
export const faults: readonly Trial[] = [
  ...[race, kills, crashes, kafkaAway, mongoAway, lostAnswers, frozen, deliveries, poison, handlerBugs],
  ...[clocks, scaling, rebuild, goldenEvents],
];

/**
 * The order in which they are done: those first whose short form takes longest, so that what is done side by side ends
 * together. The rebuild comes late, for in full it leaves a million events behind, and before what leaves parked keys, which
 * a rebuild refuses to step over.
 */
export const inTurn: readonly Trial[] = [
  ...[kills, handlerBugs, frozen, scaling, race, kafkaAway, mongoAway, clocks, lostAnswers, deliveries, goldenEvents],
  ...[rebuild, crashes, poison],
];
