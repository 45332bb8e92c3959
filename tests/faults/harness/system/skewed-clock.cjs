// Loaded before a service whose clock is off: its Date is CLOCK_OFF_MS milliseconds ahead, or behind. Timers are not.
const off = Number(process.env.CLOCK_OFF_MS);
const { now } = Date;
globalThis.Date = class extends Date {
  constructor(...args) {
    super(...(args.length === 0 ? [now() + off] : args));
  }
  static now() {
    return now() + off;
  }
};
