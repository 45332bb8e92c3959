import { errorTypeOf, failed, isSampledHere, isTracing, startClientSpan, type Span } from '@rentalbook/tracing';
import { Connection } from 'mongodb/lib/cmap/connection';
import type { mongo } from 'mongoose';

/**
 * For each command the driver makes events, and decodes the answer once more for them. It reads this property to decide
 * whether to: in sampled traces alone, as long as this process is traced.
 */
const whereSampled: PropertyDescriptor = {
  configurable: true,
  get(this: Connection): boolean {
    return this.monitorCommands && (!isTracing() || isSampledHere());
  },
};

/** Records the commands of the driver that belong to a sampled trace, without their filters and results. */
export function recordCommands(client: mongo.MongoClient): void {
  Object.defineProperty(Connection.prototype, 'shouldEmitAndLogCommand', whereSampled);
  const spans = new Map<number, Span>();
  client.on('commandStarted', ({ requestId, commandName, command, databaseName }) => {
    const collection = (command as Readonly<Record<string, unknown>>)[commandName];
    const name = typeof collection === 'string' ? `${commandName} ${collection}` : commandName;
    const span = startClientSpan(name, () => ({
      'db.system.name': 'mongodb',
      'db.namespace': databaseName,
      'db.operation.name': commandName,
      ...(typeof collection === 'string' && { 'db.collection.name': collection }),
      'peer.service': 'mongodb',
    }));
    if (span) spans.set(requestId, span);
  });
  const end = (requestId: number, error?: unknown): void => {
    const span = spans.get(requestId);
    if (!span) return;
    spans.delete(requestId);
    if (error !== undefined) failed(span, errorTypeOf(error));
    span.end();
  };
  client.on('commandSucceeded', ({ requestId }) => {
    end(requestId);
  });
  client.on('commandFailed', ({ requestId, failure }) => {
    end(requestId, failure);
  });
}
