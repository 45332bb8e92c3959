import type { LibraryDate, Pager, RequestContext } from '@rentalbook/service-kit';
import type DataLoader from 'dataloader';
import type { Lag } from './lag';
import type { EventTrail } from './projections/event-trail/event-trail';
import type {
  EntryPosition,
  MemberCounts,
  MemberEntries,
  WaitingTicket,
} from './projections/member-entries/member-entries.queries';

/** A page is known by its member; everything on it is read when asked for. */
export interface MyPageReference {
  readonly memberId: string;
  readonly name: string;
}

/** What the resolvers of one request work with. */
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
