/** Engines that a test shall use instead of the embedded ones. */
export interface Engines {
  readonly brokers: string;
  readonly mongoUrl: string;
}

/** The real engines that REAL_KAFKA_BROKERS and REAL_MONGO_URL name; undefined when neither is set. */
export function realEngines(): Engines | undefined {
  const { REAL_KAFKA_BROKERS: brokers, REAL_MONGO_URL: mongoUrl } = process.env;
  if (!brokers && !mongoUrl) return undefined;
  if (brokers && mongoUrl) return { brokers, mongoUrl };
  throw new Error('Set REAL_KAFKA_BROKERS and REAL_MONGO_URL, or neither: a system runs on one kind of engines.');
}

/** The environment of a program under test: nothing that could change its behaviour. */
export function cleanEnvironment(): Readonly<Record<string, string>> {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR !== undefined && { TMPDIR }) };
}
