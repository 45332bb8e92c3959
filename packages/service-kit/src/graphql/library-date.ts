import { z } from 'zod';

/** A setting with the IANA name of a time zone, such as Asia/Seoul. */
export const timeZone = z.string().refine(isTimeZone, 'is the IANA name of a time zone, such as UTC or Asia/Seoul');

/** Returns the calendar date, YYYY-MM-DD, that an instant has in the time zone of the library. */
export type LibraryDate = (instant: Date) => string;

export function libraryDateIn(zone: string): LibraryDate {
  // The calendar and the digits are fixed, so that the locale of the machine changes nothing.
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    return [parts.get('year'), parts.get('month'), parts.get('day')].join('-');
  };
}

function isTimeZone(name: string): boolean {
  // An offset such as +09:00 is accepted by newer engines, but has no daylight saving time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
