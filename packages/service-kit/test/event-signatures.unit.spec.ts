import { testSignatures } from '@rentalbook/test-kit/signatures';
import { createEventSignatures } from '../src/identity/event-signatures';

const keys = testSignatures('book', 'reserve');
const book = createEventSignatures(keys.of('book'), 'book', true);
const reserve = createEventSignatures(keys.of('reserve'), 'reserve', true);
const record = { key: 'book-a', value: '{"sequence":1}' };

describe('the signature of an event', () => {
  it('proves its publisher to every other service', () => {
    const signature = book.sign?.(record) ?? '';
    expect(signature).toMatch(/^2\.[\w-]{16}\.[\w-]{86}$/);
    expect(reserve.signerOf(signature, record)).toBe('book');
    expect(reserve.signerOf(signature, { ...record, value: Buffer.from(record.value) })).toBe('book');
  });

  it.each([
    ['another value', { ...record, value: '{"sequence":2}' }],
    ['another key', { ...record, key: 'book-b' }],
    ['a key that ends elsewhere', { key: 'book-', value: `a${record.value}` }],
  ])('fits no record of %s', (_what, other) => {
    expect(reserve.signerOf(book.sign?.(record) ?? '', other)).toBeUndefined();
  });

  it('is known to the process that made it, for what it signed alone', () => {
    const signature = book.sign?.(record) ?? '';
    expect(book.signerOf(signature, { ...record, value: '{"sequence":2}' })).toBeUndefined();
    expect(book.signerOf(book.sign?.(record) ?? '', record)).toBe('book');
    // It is verified where it comes again.
    expect(book.signerOf(signature, record)).toBe('book');
  });

  it('is none of a service that signs in the name of another, or that is unknown', () => {
    const inItsName = createEventSignatures(keys.of('reserve'), 'book', true).sign?.(record) ?? '';
    expect(reserve.signerOf(inItsName, record)).toBeUndefined();
    const stranger = createEventSignatures(testSignatures('book').of('book'), 'book', true).sign?.(record) ?? '';
    expect(reserve.signerOf(stranger, record)).toBeUndefined();
    expect(reserve.signerOf('nonsense', record)).toBeUndefined();
  });

  it('is missing without a key to sign with, and not checked without keys to check it with', () => {
    const without = createEventSignatures({ ...testSignatures().of('mypage') }, 'mypage', true);
    expect([without.sign, without.checks, book.checks]).toEqual([undefined, false, true]);
  });
});
