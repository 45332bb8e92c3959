import { startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import { mongoFeatures } from './mongo.features';

mongoFeatures('the embedded engine', () => startEmbeddedMongo({ port: 0 }));

const realUrl = process.env['REAL_MONGO_URL'];

if (realUrl === undefined || realUrl === '') {
  it.skip('runs on a real MongoDB where REAL_MONGO_URL names one', () => undefined);
} else {
  mongoFeatures(realUrl, () => Promise.resolve({ url: realUrl, close: () => Promise.resolve() }));
}
