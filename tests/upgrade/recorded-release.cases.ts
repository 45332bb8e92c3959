import { openDeadLetterAdmin } from '@rentalbook/cli/dead-letter-admin';
import { accepted, librarian, member, type Person, type System } from '@rentalbook/test-kit';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { entryOnceItShows } from '../end-to-end/support/pages';

const ROOT = join(__dirname, '../..');
const RECORDED = join(__dirname, 'recorded');
const RELEASE = '9bfa29a';
const LIBRARIAN = 'libby';

interface Asked {
  readonly member: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
}
/** A reservation that the release accepted and that its pages did not show yet. */
interface Withheld {
  readonly bookId: string;
  readonly member: string;
  readonly reservationId: string;
  readonly title: string;
}
interface Recorded {
  /** What the release answered. */
  readonly reads: readonly Asked[];
  /** What the release answered to commands with idempotency keys of before. */
  readonly repeats: readonly Asked[];
  /** Copies that wait for a reader to fetch them. */
  readonly holds: readonly Pick<Withheld, 'bookId' | 'member' | 'title'>[];
  /** Copies that are out. */
  readonly loans: readonly (Pick<Withheld, 'member' | 'title'> & { readonly rentalId: string })[];
  /** Behind a dead letter. */
  readonly parked: Withheld;
  /** In the outbox. */
  readonly unsent: Withheld;
}

/** Puts the data of a release into a folder, as `tests/upgrade/record.mjs` recorded it. */
export function unpackRecordedRelease(dataDir: string): void {
  execFileSync('tar', ['-xzf', join(RECORDED, `${RELEASE}.tar.gz`), '-C', dataDir]);
}

/** On a system that was started on {@link unpackRecordedRelease}. */
export function recordedReleaseCases(running: () => System): void {
  const recorded = JSON.parse(readFileSync(join(RECORDED, `${RELEASE}.json`), 'utf8')) as Recorded;
  const { reads, repeats, holds, loans, parked, unsent } = recorded;
  const personOf = (id: string): Promise<Person> =>
    id === LIBRARIAN ? librarian(running(), id) : member(running(), id);
  const answers = (asked: readonly Asked[]) =>
    Promise.all(asked.map(async ({ member: id, query, variables }) => (await personOf(id)).data(query, variables)));

  it('answers as the release did about each title, page, reservation and rental', async () => {
    expect(withoutBook(await answers(reads), unsent.bookId)).toEqual(reads.map(({ data }) => data));
  });

  it('recognizes each command by its idempotency key and repeats the payload', async () => {
    expect(await answers(repeats)).toEqual(repeats.map(({ data }) => data));
  });

  it('publishes the events that the release had decided and not sent', async () => {
    const reader = await member(running(), unsent.member);
    await entryOnceItShows(reader, unsent.title, { id: unsent.reservationId, status: 'BOOKING' });
  });

  it('settles the dead letters of the release', async () => {
    const { brokers, topic, mongoUrl, security, databasePrefix } = running();
    const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
    const admin = await openDeadLetterAdmin({ brokers, topic, mongoUrl, security, databasePrefix, log });
    try {
      const keys = await admin.parkedKeys();
      expect(new Set(keys.map(({ record }) => record.key))).toEqual(new Set([parked.bookId]));
      for (const key of keys) {
        const [malformed, ...behind] = key.deadLetters;
        if (!malformed) throw new Error(`${key.record.consumer} has no dead letter`);
        const record = await admin.discard(key, malformed, 'malformed');
        expect(await admin.replay({ ...key, record }, false)).toBe(1 + behind.length);
      }
    } finally {
      await admin.close();
    }
    const reader = await member(running(), parked.member);
    await entryOnceItShows(reader, parked.title, { id: parked.reservationId, status: 'BOOKING' });
  });

  it('goes on with the holds, queues and loans of the release', async () => {
    for (const { member: id, bookId, title } of holds) {
      const reader = await member(running(), id);
      accepted(await reader.rent(bookId));
      await entryOnceItShows(reader, title, { status: 'ON_RENTAL' });
    }
    for (const { bookId, title } of holds) {
      const reader = await member(running(), 'judy');
      accepted(await reader.reserve(bookId));
      await entryOnceItShows(reader, title, { status: 'BOOKING' });
    }
    for (const { member: id, rentalId, title } of loans) {
      const reader = await member(running(), id);
      accepted(await reader.giveBack(rentalId));
      await entryOnceItShows(reader, title, { status: 'RETURN_COMPLETE' });
    }
  });

  it('builds the page anew from the events of both without a difference', async () => {
    const { dataDir } = running();
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [join(ROOT, 'tools/cli/bin/rebuild.mjs'), 'mypage', '--verify-only'],
      { env: { ...process.env, RENTALBOOK_DATA: dataDir } },
    );
    expect(stdout + stderr).toContain('The rebuilt page and the live one are the same');
  });
}

function ignore(): void {
  // The test checks what the command does, not what it logs.
}

/** The answers without a book that the release added after it was asked. */
function withoutBook(found: readonly unknown[], bookId: string): unknown {
  return found.map((data) => {
    const { books } = data as {
      readonly books?: { readonly edges: readonly { readonly node: { readonly id: string } }[] };
    };
    return books ? { books: { edges: books.edges.filter(({ node }) => node.id !== bookId) } } : data;
  });
}
