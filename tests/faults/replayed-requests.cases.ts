import { startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import { commandIdsOf } from '@rentalbook/service-kit';
import { addBook as addTitle } from '../../subgraphs/book/src/application/add-book.use-case';
import { openCatalogue, unnamed } from './catalogue-under-test';

describe('a command without an idempotency key', () => {
  it('takes effect once when its signed request is sent to another replica again', async () => {
    const mongo = await startEmbeddedMongo({ port: 0 });
    const replicas = [await openCatalogue({ url: mongo.url }), await openCatalogue({ url: mongo.url })] as const;
    try {
      const signed = (id: string) => ({ ...unnamed(), ...commandIdsOf({ id, signedAt: new Date(), caller: null })() });
      const title = { bookNm: 'Emma', authors: [], isbn: null };
      const [adding, more] = [signed('one'), signed('two')];
      const added = await Promise.all(replicas.map(({ store }) => addTitle(store, title, 1, adding)));
      const [{ bookId } = { bookId: '' }, again] = added;
      expect(again?.bookId).toBe(bookId);
      const answers = [];
      for (const { addCopies } of replicas) answers.push(await addCopies(bookId, 2, more));
      expect(answers[1]).toEqual(answers[0]);
      expect((await replicas[0].onRecord(bookId)).state).toMatchObject({ copies: { length: 3 } });
      await replicas[1].addCopies(bookId, 2, signed('three'));
      expect((await replicas[0].onRecord(bookId)).state).toMatchObject({ copies: { length: 5 } });
    } finally {
      for (const { close } of replicas) await close();
      await mongo.close();
    }
  });
});
