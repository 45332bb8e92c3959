import mongoose from 'mongoose';
import { storeErrors } from '../src/aggregate/store-errors';

const { MongoBulkWriteError, MongoClientClosedError, MongoNetworkError, MongoServerError, MongoServerClosedError } =
  mongoose.mongo;
const answered = (code: number, labels: string[] = []) =>
  new MongoServerError({ message: 'no', code, errorLabels: labels });
const ofSystem = (code: string) => Object.assign(new Error('write failed'), { code });

describe('an error of the store', () => {
  it.each<[string, Error]>([
    ['a lost connection', new MongoNetworkError('connection 7 closed')],
    ['a closed server', new MongoServerClosedError('closed')],
    ['a closed client', new MongoClientClosedError()],
    ['a broken pipe', ofSystem('EPIPE')],
    ['a bulk write that was not sent', new MongoBulkWriteError({ message: 'no', code: 0 }, {} as never)],
    ['a stepped-down primary', answered(10_107)],
    ['a cursor that ended with its server', answered(43)],
    ['an interrupted operation', answered(11_601)],
    ['a full disk', answered(14_031)],
    ['a time limit', answered(50)],
    ['a temporary lack of capacity', answered(365)],
    ['an error that the server calls retryable', answered(1, ['RetryableWriteError'])],
  ])('is an outage: %s', (_what, error) => {
    if (error instanceof MongoBulkWriteError) error.errorResponse = new MongoNetworkError('closed');
    expect(storeErrors.isUnavailable(error)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a TypeError', new TypeError("Cannot read properties of undefined (reading 'state')")],
    ['a duplicate key', answered(11_000)],
    ['a query that is none', answered(2)],
    ['a missing right', answered(13)],
    ['a text', 'MongoNetworkError'],
    ['nothing', undefined],
  ])('is a defect: %s', (_what, error) => {
    expect(storeErrors.isUnavailable(error)).toBe(false);
  });
});
