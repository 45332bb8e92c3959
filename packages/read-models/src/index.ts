export { createChanges, type Changes } from './changes';
export { eventLogIn, type EventLog } from './event-log';
export { applyGuarded, type GuardedUpsert } from './guarded-upsert';
export { createJointReads, type JointRead } from './joint-reads';
export { joinReadsById } from './reads-by-id';
