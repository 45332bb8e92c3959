export interface BrokerSettings {
  readonly port: number;
  /** Where clients are told to find the broker; by default where it listens. */
  readonly advertisedPort: number | undefined;
  readonly dataDir: string;
}

/** Reads PORT, ADVERTISED_PORT and DATA_DIR; throws an Error whose message is one sentence for the user. */
export function readEnvironment(): BrokerSettings {
  const { PORT = '4092', ADVERTISED_PORT, DATA_DIR } = process.env;
  const port = Number(PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`Setting PORT: "${PORT}" is no port; use 1 to 65535.`);
  const advertisedPort = ADVERTISED_PORT === undefined ? undefined : Number(ADVERTISED_PORT);
  if (
    advertisedPort !== undefined &&
    !(Number.isInteger(advertisedPort) && advertisedPort > 0 && advertisedPort < 65_536)
  )
    throw new Error(
      `Setting ADVERTISED_PORT: "${String(ADVERTISED_PORT)}" is no port; use 1 to 65535, or leave it out.`,
    );
  if (DATA_DIR === undefined || DATA_DIR === '')
    throw new Error('Setting DATA_DIR is missing; name a folder for the data.');
  return { port, advertisedPort, dataDir: DATA_DIR };
}
