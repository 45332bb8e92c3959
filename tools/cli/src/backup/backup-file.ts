import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { subgraphs } from '../../../services';
import { UsageError } from '../command';
import { BACKUP_FORMAT, BACKUP_VERSION, type BackupEnd, type BackupHeader, type BackupLine } from './backup-format';

/** Resolves to the number of documents that were written. */
export async function writeBackup(
  file: string,
  header: BackupHeader,
  lines: AsyncIterable<BackupLine>,
): Promise<number> {
  const sum = createHash('sha256');
  let documents = 0;
  const text = async function* (): AsyncGenerator<string> {
    const counted = (part: unknown): string => {
      const line = `${JSON.stringify(part)}\n`;
      sum.update(line);
      return line;
    };
    yield counted(header);
    for await (const line of lines) {
      documents += 1;
      yield counted(line);
    }
    const end: BackupEnd = { documents, sha256: sum.digest('hex') };
    yield `${JSON.stringify(end)}\n`;
  };
  await pipeline(Readable.from(text()), createGzip(), createWriteStream(file, { mode: 0o600 }));
  return documents;
}

const damaged = (file: string): UsageError =>
  new UsageError(`${file} is damaged or incomplete; nothing was changed. Use another backup.`);

async function* linesIn(file: string): AsyncGenerator<string> {
  const unpacked = createGunzip().setEncoding('utf8');
  // A fault of either stream ends the other, and the loop throws it.
  const reading = pipeline(createReadStream(file), unpacked).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  let rest = '';
  for await (const text of unpacked as AsyncIterable<string>) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  const fault = await reading;
  if (fault) throw fault;
  if (rest !== '') yield rest;
}

/** Every document of a backup. Throws {@link UsageError} where it is damaged. */
export async function* readBackup(file: string): AsyncGenerator<BackupLine> {
  let isFirst = true;
  for await (const line of linesIn(file)) {
    const part = JSON.parse(line) as BackupLine | BackupEnd;
    if (!isFirst && 'document' in part) yield part;
    isFirst = false;
  }
}

/** Reads a backup to its end. Throws {@link UsageError} when it is of another kind, version or system, damaged or incomplete. */
export async function checkBackup(
  file: string,
  documentVersion: number,
): Promise<BackupHeader & Pick<BackupEnd, 'documents'>> {
  const sum = createHash('sha256');
  let header: BackupHeader | undefined;
  let last: string | undefined;
  let documents = -2;
  try {
    for await (const line of linesIn(file)) {
      if (last !== undefined) sum.update(`${last}\n`);
      last = line;
      documents += 1;
      if (header) {
        requireService(file, JSON.parse(line) as BackupLine | BackupEnd);
        continue;
      }
      header = JSON.parse(line) as BackupHeader;
      requireKnown(file, header, documentVersion);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new UsageError(`There is no backup ${file}; "restore --list FOLDER" names those of a folder.`);
    throw damaged(file);
  }
  const end = endIn(last);
  if (!header || end?.documents !== documents || end.sha256 !== sum.digest('hex')) throw damaged(file);
  return { ...header, documents };
}

function endIn(line = ''): BackupEnd | undefined {
  try {
    return JSON.parse(line) as BackupEnd;
  } catch {
    return undefined;
  }
}

function requireKnown(file: string, header: BackupHeader, documentVersion: number): void {
  if (header.format !== BACKUP_FORMAT) throw new UsageError(`${file} is no backup of rentalbook; nothing was changed.`);
  if (header.version === BACKUP_VERSION && header.documentVersion <= documentVersion) return;
  throw new UsageError(
    `${file} was written by release ${header.release}, in a form that this release does not know; nothing was changed. Restore it with the tools of release ${header.release}.`,
  );
}

function requireService(file: string, line: BackupLine | BackupEnd): void {
  if (!('document' in line) || (subgraphs as readonly string[]).includes(line.service)) return;
  throw new UsageError(`${file} has documents of "${line.service}", which is no service; nothing was changed.`);
}
