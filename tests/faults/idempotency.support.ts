import { type CommandContext, type Relay } from '@rentalbook/aggregate-store';
import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import { newId, openCatalogue, type Catalogue } from './catalogue-under-test';
import { startFaultProxy, type FaultProxy } from '../harness/fault-proxy';

/** A command as its client sends it: the key stands for the operation with its arguments. */
export function asked(key: string, request: unknown, owner = 'librarian'): CommandContext {
  return { actor: owner, correlationId: newId(), traceparent: '', idempotency: { owner, key, request } };
}

export let mongo: EmbeddedMongo;
export let proxy: FaultProxy;
export const closing: (() => Promise<unknown>)[] = [];

export async function catalogue(url = mongo.url): Promise<Catalogue & { readonly relay: Relay }> {
  const books = await openCatalogue({ url });
  closing.push(books.close);
  return { ...books, relay: books.newRelay() };
}

/** Registers the hooks of a describe whose tests use what is above. */
export function useCatalogues(): void {
  beforeAll(async () => {
    mongo = await startEmbeddedMongo({ port: 0 });
    proxy = await startFaultProxy(mongo.port);
  });
  afterAll(async () => {
    for (const close of closing.splice(0)) await close();
    await proxy.close();
    await mongo.close();
  });
}
