import type { EncodedDocument } from '../bson/values';

/** A document in its place: the number is its row in the journal and its place in the natural order. */
export interface StoredDocument {
  readonly number: number;
  readonly idKey: string;
  /** The current version. Versions are replaced, never changed, so a cursor may hold on to one. */
  version: EncodedDocument;
}
