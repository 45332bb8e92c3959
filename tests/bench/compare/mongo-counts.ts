import { connectDatabase, mongoSecurityOf } from '@rentalbook/mongo';
import { noopLogger } from '@rentalbook/cli';
import type { System } from '@rentalbook/test-kit';

export interface MongoCounts {
  /** How often the server carried out each command since it began, by name (`serverStatus.metrics.commands`). */
  read(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

const WITHIN_MS = 5_000;

export async function countMongoCommands({ mongoUrl, security, databasePrefix }: System): Promise<MongoCounts> {
  const connection = await connectDatabase(mongoUrl, `${databasePrefix}mypage`, WITHIN_MS, noopLogger, () =>
    mongoSecurityOf(security, mongoUrl),
  );
  return {
    async read() {
      const status = await connection.getClient().db(`${databasePrefix}mypage`).command({ serverStatus: 1 });
      const { commands } = status['metrics'] as { commands: Record<string, { total: number }> };
      return Object.fromEntries(Object.entries(commands).map(([name, { total }]) => [name, total]));
    },
    close: () => connection.close(),
  };
}
