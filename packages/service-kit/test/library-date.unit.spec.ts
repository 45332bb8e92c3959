import { libraryDateIn, readSettings, timeZone } from '../src';

describe('a date in a text', () => {
  it.each([
    ['UTC', '2026-12-10T23:30:00.000Z', '2026-12-10'],
    ['Asia/Seoul', '2026-12-10T23:30:00.000Z', '2026-12-11'],
    ['America/New_York', '2026-12-10T03:00:00.000Z', '2026-12-09'],
    ['Pacific/Kiritimati', '2026-12-31T10:00:00.000Z', '2027-01-01'],
    ['Europe/Berlin', '2026-07-01T22:30:00.000Z', '2026-07-02'],
  ])('is the date that the library has in %s', (zone, instant, date) => {
    expect(libraryDateIn(zone)(new Date(instant))).toBe(date);
  });

  it.each(['Mars/Base', '+09:00', 'Asia', 'Korea time'])('refuses the setting %s with a sentence', (zone) => {
    expect(() => readSettings({ LIBRARY_TZ: timeZone.default('UTC') }, { LIBRARY_TZ: zone })).toThrow(
      `Setting LIBRARY_TZ: "${zone}" does not fit: is the IANA name of a time zone, such as UTC or Asia/Seoul.`,
    );
  });
});
