import { engineSettings, readSettings } from '@rentalbook/service-kit';
import { readEnvironment } from '../src/environment';

type Variables = Readonly<Record<string, string>>;

function withEnvironment<Result>(variables: Variables, read: () => Result): Result {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return read();
  } finally {
    process.env = before;
  }
}

describe('the settings of npm start', () => {
  it.each(['', ' ', '\t'])('are unset where they are nothing but white space: %j', (value) => {
    const { PORT, METRICS_PORT, KAFKA_TOPIC } = withEnvironment(
      { PORT: value, METRICS_PORT: value, KAFKA_TOPIC: value },
      readEnvironment,
    );
    expect([PORT, METRICS_PORT, KAFKA_TOPIC]).toEqual([4000, undefined, 'rentalbook']);
  });

  it.each([
    ['KAFKA_BROKERS', 'kafka'],
    ['KAFKA_BROKERS', 'kafka:9092, other:9092'],
    ['MONGO_URL', 'localhost:27017'],
    ['MONGO_URL', 'mongodb://'],
  ] as const)('refuse %s=%s with the sentence of a service', (name, value) => {
    const { [name]: form } = engineSettings;
    const refusal = `Setting ${name}: "${value}" does not fit: `;
    expect(() => withEnvironment({ [name]: value }, readEnvironment)).toThrow(refusal);
    expect(() => readSettings({ [name]: form }, { [name]: value })).toThrow(refusal);
  });
});
