import type { AggregateDocument, AggregateModel } from '@rentalbook/aggregate-store';
import { applyGuarded } from '@rentalbook/read-models';
import { isStoreUnavailable } from '@rentalbook/mongo';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { Bound, Logger, Slice } from '@rentalbook/service-kit';
import { createPoller } from '@rentalbook/timing';
import { trusted, type Connection } from 'mongoose';
import type { CataloguePosition } from '../application/ports';
import type { CatalogueBook, Title } from '../domain/catalogue-book';
import { LISTING_VERSION, listingOf, type Listing, type Search } from '../search/listing';
import { sortKeyOf } from '../search/sort-key';
import { listingModel } from './listing.model';

/** So few that queries of the catalogue do not wait for a batch. */
const BATCH = 500;
const LIST_EVERY_MS = 10_000;
const RETRY_MS = 500;
/** A search that takes longer is refused as UNAVAILABLE, before the router gives up on the subgraph. */
const SEARCH_WITHIN_MS = 2_000;

export interface ListingInProgress {
  missing(): string | undefined;
  stop(): Promise<void>;
}

type Stored = AggregateDocument<CatalogueBook> & { readonly listed?: number };

/**
 * The listings of all titles: what the catalogue is sorted and searched by. The field `listed` of an aggregate is the
 * version of its title's listing, so that titles of an earlier version of this service are found and listed.
 */
export function listingsIn(connection: Connection, aggregates: AggregateModel) {
  const listings = listingModel(connection);
  const documents = aggregates.db.collection<Stored>(aggregates.collection.collectionName);

  const list = async (titles: readonly Title[]): Promise<void> => {
    if (titles.length === 0) return;
    await applyGuarded(
      listings,
      titles.map((title) => {
        const { _id, version, ...set } = listingOf(title);
        return { id: _id, guard: 'version', sequence: version, set };
      }),
    );
    // After the listing, so that a crash in between repeats it.
    const ids = titles.map(({ bookId }) => bookId);
    await documents.updateMany({ _id: { $in: ids } }, { $max: { listed: LISTING_VERSION } });
  };

  /** Lists every title that has no listing of this version, in batches; resolves to how many there were. */
  const listMissing = async (signal?: AbortSignal): Promise<number> => {
    let count = 0;
    for (const listed of [null, { $lte: LISTING_VERSION - 1 }])
      for (;;) {
        const found = await documents
          .find({ listed, 'state.title.bookNm': { $gte: '' } } as object, { projection: { 'state.title': 1 } })
          .limit(BATCH)
          .toArray();
        await list(found.flatMap(({ state: { title } }) => (title ? [title] : [])));
        count += found.length;
        if (found.length < BATCH || signal?.aborted) break;
      }
    return count;
  };

  return {
    listMissing,

    /** Creates the indexes; a stored catalogue may be large, so that its titles are listed by {@link keepListed}. */
    async prepare(): Promise<void> {
      await listings.createIndexes();
      await documents.createIndex({ listed: 1 }, {}, {});
    },

    /** Lists the titles that these events add; a repeat changes nothing. */
    project: (events: readonly RentalbookEvent[]): Promise<void> =>
      list(events.flatMap(({ eventType, data }) => (eventType === 'Added' ? [data] : []))),

    /**
     * Lists what is stored without a listing of this version, at once and then periodically: while replicas of another
     * version run beside this one, they add titles that they do not list. Until the first time is done, `missing` is the
     * reason why this replica is not ready.
     */
    keepListed(log: Logger): ListingInProgress {
      let isComplete = false;
      const poll = async (stopping: AbortSignal): Promise<number> => {
        try {
          const count = await listMissing(stopping);
          if (count > 0) log.info({ count }, 'titles of another version of this service are listed');
          isComplete ||= !stopping.aborted;
          return LIST_EVERY_MS;
        } catch (error) {
          if (!isStoreUnavailable(error)) throw error;
          log.debug({ err: error }, 'titles could not be listed; it is tried again');
          return RETRY_MS;
        }
      };
      const { start, stop } = createPoller(poll);
      start();
      return {
        missing: () => (isComplete ? undefined : 'the titles of an earlier version are being listed'),
        stop,
      };
    },

    /** The ids of a slice of the catalogue, in the order in which it is read. */
    async slice({ after, before, limit, backward }: Slice<CataloguePosition>, search: Search | undefined) {
      const clauses = [
        { sortKey: trusted({ $gte: '' }) },
        ...(after ? beyond(after, '$gt') : []),
        ...(before ? beyond(before, '$lt') : []),
        ...(search ? conditionsOf(search) : []),
      ];
      const order = backward ? -1 : 1;
      const found = await listings
        .find({ $and: clauses }, { _id: 1 })
        .sort({ sortKey: order, _id: order })
        .limit(limit)
        .maxTimeMS(SEARCH_WITHIN_MS)
        .lean<Pick<Listing, '_id'>[]>();
      return found.map(({ _id }) => _id);
    },
  };
}

/** A title never changes, so that the sort key of a position is computed from the cursor. */
function beyond({ position: { bookNm, bookId }, inclusive }: Bound<CataloguePosition>, operator: '$gt' | '$lt') {
  const sortKey = sortKeyOf(bookNm);
  return [
    { sortKey: trusted({ [`${operator}e`]: sortKey }) },
    {
      $or: [
        { sortKey: trusted({ [operator]: sortKey }) },
        { sortKey, _id: trusted({ [inclusive ? `${operator}e` : operator]: bookId }) },
      ],
    },
  ];
}

/** The index answers the grams; the expressions filter its results. */
function conditionsOf({ text, initials, grams }: Search) {
  const matches = (pattern: string) => trusted({ $regex: pattern });
  return [
    ...grams.map((gram) => ({ grams: gram })),
    ...text.map((pattern) => ({ text: matches(pattern) })),
    ...initials.map((pattern) => ({ initials: matches(pattern) })),
  ];
}
