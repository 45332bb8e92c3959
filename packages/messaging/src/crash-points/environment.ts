/** Where the harness arms crash points; undefined where nobody does. */
export const armingFolder = (): string | undefined => process.env['RENTALBOOK_CRASH_POINTS'];
