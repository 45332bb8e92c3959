import type { Connection, Model, Schema } from 'mongoose';

/** The model of this name on a connection, created at the first call: mongoose refuses to create it twice. */
export function modelOn<Document>(connection: Connection, name: string, schema: Schema<Document>): Model<Document> {
  const isMade = connection.modelNames().includes(name);
  return isMade ? connection.model<Document>(name) : connection.model<Document>(name, schema);
}
