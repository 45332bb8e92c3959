/** For commands whose own output says everything: kafkajs and mongoose have their own words for the rest. */
export const noopLogger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {
  // What matters to the user comes back as an error.
}
