// Loaded before a service whose clock is off: its Date is CLOCK_OFF_MS milliseconds ahead, or behind. Timers are not.
const off = Number(process.env.CLOCK_OFF_MS);
const RealDate = Date;
// By the same name, for mongoose looks at it.
globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [RealDate.now() + off] : args));
  }
  static now() {
    return RealDate.now() + off;
  }
};
