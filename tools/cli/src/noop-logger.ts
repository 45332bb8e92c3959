/** For commands with their own output: the logs of kafkajs and mongoose are not printed. */
export const noopLogger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {
  // Failures are thrown as errors.
}
