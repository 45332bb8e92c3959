export interface BrokerSettings {
  readonly port: number;
  readonly dataDir: string;
}

/** Reads PORT and DATA_DIR; throws an Error whose message is one sentence for the user. */
export function readEnvironment(): BrokerSettings {
  const { PORT = '4092', DATA_DIR } = process.env;
  const port = Number(PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`Setting PORT: "${PORT}" is no port; use 1 to 65535.`);
  if (DATA_DIR === undefined || DATA_DIR === '')
    throw new Error('Setting DATA_DIR is missing; name a folder for the data.');
  return { port, dataDir: DATA_DIR };
}
