import type { LibraryDate, Pager, RequestContext } from '@rentalbook/service-kit';
import type DataLoader from 'dataloader';
import type { Lag } from './lag';
import type { EventTrail } from './projections/event-trail/event-trail';
import type { MemberCounts, MemberEntries, WaitingTicket } from './projections/member-entries/member-entries.queries';
import type { EntryPosition } from './projections/member-entries/member-entries.reads';

/** A page is identified by its member; its fields are read when they are selected. */
export interface MyPageReference {
  readonly memberId: string;
  readonly name: string;
}

/** The context of the resolvers of one request. */
export interface Context extends RequestContext {
  readonly entries: MemberEntries;
  readonly lag: Lag;
  readonly dateOf: LibraryDate;
  readonly pager: Pager<EntryPosition>;
  readonly trail: EventTrail;
  readonly trailPager: Pager<string>;
  /** Batched per request. */
  readonly loaders: {
    readonly waitingBefore: DataLoader<WaitingTicket, number, string>;
    readonly counts: DataLoader<string, MemberCounts>;
  };
}
