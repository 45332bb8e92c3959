import { noopMetrics } from '@rentalbook/messaging';
import type { AggregateDocument, AggregateModel } from '../src/aggregate/aggregate-document';
import { documentAccess } from '../src/aggregate/document-access';
import { newDocument } from '../src/aggregate/document-change';
import { StoreUnavailable } from '@rentalbook/mongo';

/** Access to one document that is stored. */
function accessTo(stored: AggregateDocument) {
  const model = { aggregate: () => Promise.resolve([{ ...stored, now: new Date(0) }]) } as unknown as AggregateModel;
  const clock = { prepare: () => Promise.resolve({ isNew: false }), now: () => Promise.resolve(new Date(0)) };
  return documentAccess({ model, clock, initial: {}, nextDeadline: () => null, metrics: noopMetrics });
}

describe('a stored document', () => {
  const document = newDocument('book', {});

  it('names the version of its form, which one of an earlier release does not', async () => {
    const { version, ...ofBefore } = document;
    expect(version).toBe(1);
    expect(await accessTo(document).load('book')).toMatchObject({ exists: true });
    expect(await accessTo(ofBefore).load('book')).toMatchObject({ exists: true });
  });

  it('of a version to come is left to the replicas that know it', async () => {
    await expect(accessTo({ ...document, version: 2 }).load('book')).rejects.toThrow(StoreUnavailable);
  });
});
