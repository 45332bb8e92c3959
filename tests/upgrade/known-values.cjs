// What the formats of releases are recorded with: tests/upgrade/record-formats.mjs writes, and the test reads with them.
const { createHash, createPrivateKey } = require('node:crypto');

/** A key for tests alone, made from a name: PKCS #8 of Ed25519 is this prefix and 32 bytes. */
const pemOf = (name) =>
  createPrivateKey({
    key: Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      createHash('sha256').update(name).digest(),
    ]),
    format: 'der',
    type: 'pkcs8',
  }).export({ type: 'pkcs8', format: 'pem' });

const bookId = '0198f3a0-1111-7000-8000-000000000001';
const returned = {
  rentalId: '0198f3a0-4444-7000-8000-000000000001',
  userId: 'alice',
  userNm: 'Alice',
  bookId,
  bookNm: 'Middlemarch',
  copyId: '0198f3a0-2222-7000-8000-000000000001',
};
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

module.exports = {
  AT: Date.parse('2026-03-02T09:30:00.000Z'),
  ID: '0198f3a0-7777-4000-8000-000000000001',
  secret: 'recorded-formats-of-a-release-7Jq2',
  cursorSecret: 'recorded-cursors-of-a-release-9Kd4',
  pems: Object.fromEntries(['router', 'reserve', 'rental'].map((name) => [name, pemOf(`recorded formats: ${name}`)])),
  caller: { memberId: 'alice', name: 'Alice', roles: ['member'] },
  bodies: {
    query: '{"query":"{ books { edges { node { id } } } }"}',
    returns: JSON.stringify({ returned, actor: 'alice', correlationId: 'recorded', traceparent }),
  },
  positions: [{ source: 'reserve', key: bookId, sequence: 7 }],
  list: 'books',
  row: ['middlemarch', bookId],
  record: { key: bookId, value: '{"eventType":"Ready"}' },
};
