import { KafkaJSConnectionError } from 'kafkajs/src/errors';
import { loginInTurn } from '../src/kafka/kafka-login';

const ignore = (): void => undefined;
const logger = {
  ...{ debug: ignore, info: ignore, warn: ignore, error: ignore, setLogLevel: ignore },
  namespace: () => logger,
};
const passwords = { inTurn: () => ['a-password'], refused: jest.fn() };

function loginThatFailsWith(error: Error): Promise<void> {
  const connection = { host: 'broker', port: 9092, logger, saslAuthenticate: () => Promise.reject(error) };
  return loginInTurn('scram-sha-256', 'book', passwords)(connection).authenticate();
}

describe('a login at Kafka', () => {
  it('that ends with its connection is a lost connection, which kafkajs makes again', async () => {
    const lost = new KafkaJSConnectionError('Closed connection');
    await expect(loginThatFailsWith(lost)).rejects.toBe(lost);
  });

  it('that the broker refuses is refused', async () => {
    await expect(loginThatFailsWith(new Error('the credentials are wrong'))).rejects.toMatchObject({
      name: 'KafkaJSSASLAuthenticationError',
    });
    expect(passwords.refused).toHaveBeenCalledWith('a-password');
  });
});
