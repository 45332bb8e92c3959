import { eventContracts, type EventType } from '@rentalbook/event-contracts';
import { catalogueBook } from '../../../subgraphs/book/src/domain/catalogue-book';
import { bookRentals } from '../../../subgraphs/rental/src/domain/book-rentals';
import { bookCirculation } from '../../../subgraphs/reserve/src/domain/book-circulation';
import { owners } from '../../services';
import { FOLLOWERS } from '../src/backup/events-under-way';

const deciders = { book: catalogueBook, reserve: bookCirculation, rental: bookRentals };
const sourceOf = (eventType: EventType): string => eventContracts[eventType].shape.source.value;

describe('the events that a backup takes for under way', () => {
  it.each(owners)('are those of %s until every service that handles them has applied them', (source) => {
    const handling = owners.filter((owner) => deciders[owner].handles.some((one) => sourceOf(one) === source));
    expect(FOLLOWERS[source]).toEqual(handling);
  });
});
