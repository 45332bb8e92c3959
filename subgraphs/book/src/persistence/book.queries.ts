import type { AggregateDocument, AggregateModel } from '@rentalbook/aggregate-store';
import { trusted, type Connection } from 'mongoose';
import type { Catalogue } from '../application/ports';
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

    async page({ first, after }, search) {
      const clauses = [
        { 'state.title.bookNm': trusted({ $gte: after?.bookNm ?? '' }) },
        ...(after ? [isAfter(after)] : []),
        ...(search === undefined ? [] : [contains(search)]),
      ];
      const found = await model
        .find({ $and: clauses }, rows)
        .setOptions({ strictQuery: false })
        .sort({ 'state.title.bookNm': 1, _id: 1 })
        .limit(first + 1)
        .lean<Row[]>();
      return found.flatMap(toView);
    },
  };
}

function isAfter({ bookNm, bookId }: Pick<Title, 'bookNm' | 'bookId'>) {
  return {
    $or: [
      { 'state.title.bookNm': trusted({ $gt: bookNm }) },
      { 'state.title.bookNm': bookNm, _id: trusted({ $gt: bookId }) },
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
