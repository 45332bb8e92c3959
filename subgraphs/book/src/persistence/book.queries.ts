import type { AggregateDocument, AggregateModel } from '@rentalbook/aggregate-store';
import type { Bound } from '@rentalbook/service-kit';
import { trusted, type Connection } from 'mongoose';
import type { Catalogue, CataloguePosition } from '../application/ports';
import type { CatalogueBook, Copy, Title } from '../domain/catalogue-book';

/** One title as it is read. */
export interface BookView extends Title {
  readonly copies: readonly Copy[];
}

type Row = Pick<AggregateDocument<CatalogueBook>, 'state'>;

/** A book never closes, so the documents in which it is decided are also where it is read. */
export function catalogueIn(
  _connection: Connection,
  model: AggregateModel,
): Catalogue & { project(): Promise<void>; prepare(): Promise<void> } {
  const rows = { state: 1 } as const;
  return {
    project: () => Promise.resolve(),

    async prepare() {
      await model.collection.createIndex({ 'state.title.bookNm': 1, _id: 1 }, {}, {});
    },

    async byIds(ids) {
      const found = await model.find({ _id: trusted({ $in: [...ids] }) }, rows).lean<Row[]>();
      return found.flatMap(toView);
    },

    async slice({ after, before, limit, backward }, search) {
      const clauses = [
        { 'state.title.bookNm': trusted({ $gte: after?.position.bookNm ?? '' }) },
        ...(after ? [beyond(after, '$gt')] : []),
        ...(before ? [{ 'state.title.bookNm': trusted({ $lte: before.position.bookNm }) }, beyond(before, '$lt')] : []),
        ...(search === undefined ? [] : [contains(search)]),
      ];
      const order = backward ? -1 : 1;
      const found = await model
        .find({ $and: clauses }, rows)
        .setOptions({ strictQuery: false })
        .sort({ 'state.title.bookNm': order, _id: order })
        .limit(limit)
        .lean<Row[]>();
      return found.flatMap(toView);
    },
  };
}

function beyond({ position, inclusive }: Bound<CataloguePosition>, operator: '$gt' | '$lt') {
  const { bookNm, bookId } = position;
  return {
    $or: [
      { 'state.title.bookNm': trusted({ [operator]: bookNm }) },
      { 'state.title.bookNm': bookNm, _id: trusted({ [inclusive ? `${operator}e` : operator]: bookId }) },
    ],
  };
}

function contains(search: string) {
  const pattern = trusted({ $regex: search.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), $options: 'i' });
  return {
    $or: [{ 'state.title.bookNm': pattern }, { 'state.title.authors': pattern }, { 'state.title.isbn': pattern }],
  };
}

function toView({ state: { title, copies } }: Row): BookView[] {
  return title ? [{ ...title, copies }] : [];
}
