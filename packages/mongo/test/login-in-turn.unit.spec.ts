import mongoose, { type Connection } from 'mongoose';
import type { AuthContext, AuthProvider } from 'mongodb/lib/mongo_client_auth_providers';
import { logInInTurn } from '../src/login-in-turn';

const refusal = new mongoose.mongo.MongoServerError({ message: 'Authentication failed.', code: 18 });

describe('a login of a connection to MongoDB', () => {
  let passwords: string[];
  let refused: string[];
  let attempts: AuthContext[];
  let accepts: (password: string | undefined) => Error | undefined;

  /** Logs in as the driver does, on a connection whose greeting had an answer. */
  async function logIn(): Promise<void> {
    const provider: AuthProvider = {
      prepare: (handshake) => Promise.resolve(handshake),
      reauth: () => Promise.resolve(),
      auth(context) {
        attempts.push(context);
        const error = accepts(context.credentials?.password);
        return error ? Promise.reject(error) : Promise.resolve();
      },
    };
    const existingProviders = new Map<string, AuthProvider>();
    const authProviders = { existingProviders, getOrCreateProvider: () => provider };
    logInInTurn({ getClient: () => ({ s: { authProviders } }) } as unknown as Connection, {
      inTurn: () => passwords,
      refused: (password) => refused.push(password),
    });
    const credentials = { username: 'book', password: 'as the client was created', source: 'admin' };
    const context = { credentials, response: { speculative: true }, nonce: Buffer.from('first') };
    await existingProviders.get('SCRAM-SHA-256')?.auth(context);
  }

  beforeEach(() => {
    [passwords, refused, attempts] = [['old', 'new'], [], []];
    accepts = () => undefined;
  });

  it('takes the first password, and the answer to the greeting', async () => {
    await logIn();
    expect(attempts).toMatchObject([{ credentials: { password: 'old' }, response: { speculative: true } }]);
    expect(refused).toEqual([]);
  });

  it('takes the next one after a refusal, as a login of its own', async () => {
    accepts = (password) => (password === 'old' ? refusal : undefined);
    await logIn();
    expect(attempts.map(({ credentials }) => credentials?.password)).toEqual(['old', 'new']);
    expect(attempts[1]?.response).toBeUndefined();
    expect(attempts[1]?.nonce).not.toEqual(attempts[0]?.nonce);
    expect(refused).toEqual(['old']);
  });

  it('fails with what MongoDB answered when it accepts none', async () => {
    accepts = () => refusal;
    await expect(logIn()).rejects.toBe(refusal);
    expect(attempts).toHaveLength(2);
  });

  it('tries no other password for another error', async () => {
    const away = new Error('connection closed');
    accepts = () => away;
    await expect(logIn()).rejects.toBe(away);
    expect(attempts).toHaveLength(1);
  });
});
