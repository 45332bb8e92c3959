// In one file, because jest loads the driver and the engine anew for each.
import { startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import './mongo-tls.cases';
import './mongo-users.cases';
import { mongoFeatures } from './mongo.features';

mongoFeatures('the embedded engine', () => startEmbeddedMongo({ port: 0 }));

// Set by `npm run test:real-engines`.
const realUrl = process.env['REAL_MONGO_URL'];
if (realUrl) mongoFeatures(realUrl, () => Promise.resolve({ url: realUrl, close: () => Promise.resolve() }));
