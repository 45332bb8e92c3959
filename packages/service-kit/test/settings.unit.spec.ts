import { brokerList, engineSettings, port, readSettings } from '../src';

const unset = ['', ' ', '\t', ' \n'];

describe('a setting of nothing but white space', () => {
  it.each(unset)('is unset: %j', (value) => {
    const { PORT, METRICS_PORT } = readSettings(
      { PORT: port.default(4000), METRICS_PORT: port.optional() },
      { PORT: value, METRICS_PORT: value },
    );
    expect([PORT, METRICS_PORT]).toEqual([4000, undefined]);
  });

  it.each(unset)('is missing where there is no default: %j', (value) => {
    const read = () => readSettings({ KAFKA_BROKERS: brokerList }, { KAFKA_BROKERS: value });
    expect(read).toThrow('Setting KAFKA_BROKERS is missing; set it.');
  });
});

describe('the address of MongoDB', () => {
  it.each(['mongodb://', 'mongodb+srv:// ', 'localhost:27017'])('is refused when it names no host: %j', (address) => {
    const { MONGO_URL } = engineSettings;
    const read = () => readSettings({ MONGO_URL }, { MONGO_URL: address });
    expect(read).toThrow(/^Setting MONGO_URL: ".*" does not fit: starts with mongodb:\/\/\.$/);
  });
});
