import { connectDatabase } from '../src/database';

const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const NEVER_REACHED_MS = 24 * 60 * 60 * 1_000;

describe('connecting to a database', () => {
  it('ends at the first attempt when its settings are wrong, however long it may wait for an answer', async () => {
    const security = jest.fn(() => {
      throw new TypeError('MONGO_PASSWORD_FILE is missing');
    });
    await expect(
      connectDatabase('mongodb://127.0.0.1:1', 'a-service', NEVER_REACHED_MS, silent, security),
    ).rejects.toThrow('MONGO_PASSWORD_FILE is missing');
    expect(security).toHaveBeenCalledTimes(1);
  });
});
