/** Where the harness arms crash points; undefined where it does not. */
export const armingFolder = (): string | undefined => process.env['RENTALBOOK_CRASH_POINTS'];
