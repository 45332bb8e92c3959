const NAME = /^rentalbook-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z\.backup\.gz$/;

/** The name of a backup, by which names are in the order of their moments. */
export const nameAt = (moment: Date): string => `rentalbook-${moment.toISOString().replaceAll(/[:.]/g, '-')}.backup.gz`;

/** The backups among the files of a folder, the newest first. */
export const backupsIn = (files: readonly string[]): readonly string[] =>
  files
    .filter((name) => NAME.test(name))
    .sort()
    .reverse();
