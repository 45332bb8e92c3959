import { brokerList, engineSettings, port, readSettings, tracingSettings } from '../src';

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

describe('a list of names and values for spans', () => {
  const { OTEL_EXPORTER_OTLP_HEADERS, OTEL_RESOURCE_ATTRIBUTES } = tracingSettings;
  const read = (source: Readonly<Record<string, string>>) =>
    readSettings({ OTEL_EXPORTER_OTLP_HEADERS, OTEL_RESOURCE_ATTRIBUTES }, source);

  it.each(['authorization: Bearer s3cret', 'a=1,s3cret', 's3cret', '=s3cret', 'a=1;b,s3cret=2,c'])(
    'is refused for an entry without a name or a value, and a header is not shown: %s',
    (list) => {
      expect(() => read({ OTEL_RESOURCE_ATTRIBUTES: list })).toThrow(
        `Setting OTEL_RESOURCE_ATTRIBUTES: "${list}" does not fit: is a comma-separated list of NAME=VALUE.`,
      );
      expect(() => read({ OTEL_EXPORTER_OTLP_HEADERS: list })).toThrow(
        'Setting OTEL_EXPORTER_OTLP_HEADERS: its value does not fit: is a comma-separated list of NAME=VALUE.',
      );
    },
  );

  it.each(['a=1', 'a=1,b=2', ' a = 1 , b=2,', 'authorization=Basic%20bGliYnk=', 'a=', 'service.namespace=rentalbook'])(
    'is taken as it is: %s',
    (list) => {
      expect(read({ OTEL_RESOURCE_ATTRIBUTES: list }).OTEL_RESOURCE_ATTRIBUTES).toBe(list);
    },
  );
});
