const HIGHEST = 65_535;

/** The port that a setting names, 0 for any free one; undefined where it names none. */
export const portIn = (setting: string): number | undefined =>
  /^\d+$/.test(setting) && Number(setting) <= HIGHEST ? Number(setting) : undefined;
