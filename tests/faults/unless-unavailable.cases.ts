import { AnsweredWithErrors, anonymous, unlessUnavailable } from '@rentalbook/test-kit';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

describe('an answer that is repeated unless it is there', () => {
  const answered = async (body: unknown): Promise<unknown> => {
    const server = createServer((_request, response) => response.end(JSON.stringify(body))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/graphql`;
    return unlessUnavailable(anonymous({ url }).data('{ books { edges { cursor } } }')).finally(() => server.close());
  };
  const error = (code?: string) => ({ message: 'no', ...(code !== undefined && { extensions: { code } }) });

  it('is none while a service is unavailable', async () => {
    expect(await answered({ data: { books: 1 } })).toEqual({ books: 1 });
    expect(await answered({ data: null, errors: [error('UNAVAILABLE'), error('UNAVAILABLE')] })).toBeUndefined();
  });

  it.each([
    ['neither data nor errors', {}],
    ['no data and an empty list of errors', { data: null, errors: [] }],
    ['an error without a code', { errors: [error()] }],
    ['another error beside', { errors: [error('UNAVAILABLE'), error('INTERNAL_SERVER_ERROR')] }],
  ])('fails with %s', async (_what, body) => {
    await expect(answered(body)).rejects.toThrow(AnsweredWithErrors);
  });
});
