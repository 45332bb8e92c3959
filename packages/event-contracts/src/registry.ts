import type { z } from 'zod';
import { createEventVersions, type VersionStep } from './event-versions';
import { added } from './book/added.v1.event';
import { withdrawn } from './book/withdrawn.v1.event';
import type { ReasonCode, RuleCode } from './codes';
import { loaned } from './rental/loaned.v1.event';
import { rejected } from './rental/rejected.v1.event';
import { rentaled } from './rental/rentaled.v1.event';
import { returned } from './rental/returned.v1.event';
import { cancelled } from './reserve/cancelled.v1.event';
import { checked } from './reserve/checked.v1.event';
import { expired } from './reserve/expired.v1.event';
import { ready } from './reserve/ready.v1.event';
import { refused } from './reserve/refused.v1.event';
import { returnedBook } from './reserve/returned-book.v1.event';
import { subscribed } from './reserve/subscribed.v1.event';

/** Every event there is, newest version of each. */
export const eventContracts = {
  Added: added,
  Withdrawn: withdrawn,
  Subscribed: subscribed,
  Ready: ready,
  Cancelled: cancelled,
  Expired: expired,
  Checked: checked,
  Refused: refused,
  ReturnedBook: returnedBook,
  Rentaled: rentaled,
  Loaned: loaned,
  Returned: returned,
  Rejected: rejected,
} as const;

/** The steps to the newest version, from version 1 on, of each event that has several. */
const versionSteps: Readonly<Partial<Record<EventType, readonly VersionStep[]>>> = {};

export type EventType = keyof typeof eventContracts;
/** One event by its name, with its envelope. */
export type EventOf<Type extends EventType> = z.infer<(typeof eventContracts)[Type]>;
/** Any event. */
export type RentalbookEvent = { [Type in EventType]: EventOf<Type> }[EventType];
export type Source = RentalbookEvent['source'];
/** The services that publish events of these types. */
export const sourcesOf = (types: readonly EventType[]): readonly Source[] => [
  ...new Set(types.map((type) => eventContracts[type].shape.source.value)),
];
/** The services that publish events. */
export const sources: readonly Source[] = sourcesOf(Object.keys(eventContracts) as EventType[]);
/** Decided data has codes; the English sentences that version 1 requires beside them are added with the envelope. */
type Decided<Data> = Data extends { readonly rule: string }
  ? Omit<Data, 'rule' | 'ruleCode'> & { readonly ruleCode: RuleCode }
  : Data extends { readonly reason: string; readonly by: string }
    ? Omit<Data, 'reason' | 'reasonCode'> & ({ readonly reason: string } | { readonly reasonCode: ReasonCode })
    : Data;
/** What a decision produces: an event without the envelope that the store puts around it. */
export type BodyOf<Type extends EventType> = {
  [One in Type]: { readonly eventType: One; readonly data: Decided<EventOf<One>['data']> };
}[Type];

/** Reads events of every version, and writes the one that this release publishes. */
export const eventVersions = createEventVersions<RentalbookEvent>(eventContracts, versionSteps);
