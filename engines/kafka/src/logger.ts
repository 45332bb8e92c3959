export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** JSON lines like those of the services, so that `npm start` shows them alike. */
export function createJsonLogger(service: string): Logger {
  const write = (level: string) => (msg: string) => {
    process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), service, msg })}\n`);
  };
  return { info: write('info'), warn: write('warn') };
}

export const silentLogger: Logger = { info: () => undefined, warn: () => undefined };
