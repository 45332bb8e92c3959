import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';

export let mongo: EmbeddedMongo;
export const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  mongo = await startEmbeddedMongo({ port: 0 });
});

afterAll(async () => {
  for (const close of closing) await close();
  await mongo.close();
});
