/** The form of a backup: gzip of lines, each a JSON object. The first describes it, the last proves that it is whole. */
export const BACKUP_FORMAT = 'rentalbook-backup';
export const BACKUP_VERSION = 1;

export interface BackupHeader {
  readonly format: string;
  readonly version: number;
  /** Of the tools that wrote it. */
  readonly release: string;
  /** The highest version of a document in it. */
  readonly documentVersion: number;
  readonly takenAt: string;
}

/** A document of a collection of a service, in Extended JSON. */
export interface BackupLine {
  readonly service: string;
  readonly collection: string;
  readonly document: Readonly<Record<string, unknown>>;
}

export interface BackupEnd {
  readonly documents: number;
  /** SHA-256 of all lines before, in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Collections that speak of Kafka's offsets, and of nothing else: a restored system has a topic of its own. Keys that were parked are parked
 * again by the event that cannot be applied, which is sent again.
 */
export const OF_THE_TOPIC: readonly string[] = ['topic-positions', 'parked'];
