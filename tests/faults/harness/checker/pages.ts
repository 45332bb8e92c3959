import { ask, issueDevelopmentToken } from '@rentalbook/cli';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { AnsweredWithErrors, eventually, unlessUnavailable } from '@rentalbook/test-kit';
import { foldPages, type FoldedEntry } from '../../../conformance/page-fold';
import type { FaultySystem } from '../../../harness/system/faulty-system';
import type { Broken } from '../../../harness/broken';

interface Answer {
  readonly myPage: {
    readonly entries: {
      readonly edges: readonly {
        readonly node: {
          readonly status: string;
          readonly book: { readonly id: string };
          readonly reservation: { readonly id: string } | null;
          readonly rental: { readonly id: string } | null;
          readonly history: readonly { readonly event: string }[];
        };
      }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  };
}
const QUERY = `query($after: String, $status: [MyPageStatus!]) { myPage { entries(first: 100, after: $after, status: $status) {
  edges { node { status book { id } reservation { id } rental { id } history { event } } }
  pageInfo { hasNextPage endCursor } } } }`;

/** A member's whole page as the router shows it: the default list, and what is listed under REJECTED only. */
export async function readPage(
  system: Pick<FaultySystem, 'url' | 'dataDir'>,
  memberId: string,
): Promise<readonly FoldedEntry[]> {
  const token = await issueDevelopmentToken(system.dataDir, { memberId });
  const listed = await readList(system, token, memberId, undefined);
  const rejected = await readList(system, token, memberId, ['REJECTED']);
  return [...listed, ...rejected.filter(({ rentalId }) => !listed.some((entry) => entry.rentalId === rentalId))];
}

async function readList(
  system: Pick<FaultySystem, 'url'>,
  token: string,
  memberId: string,
  status: readonly string[] | undefined,
): Promise<readonly FoldedEntry[]> {
  const entries: FoldedEntry[] = [];
  for (let after: string | null = null; ;) {
    const answer: Awaited<ReturnType<typeof ask<Answer>>> = await ask<Answer>(system.url, token, QUERY, {
      after,
      status,
    });
    if (!answer.data || answer.errors)
      throw new AnsweredWithErrors(
        `the page of ${memberId}: ${JSON.stringify(answer.errors)}`,
        (answer.errors ?? []).map(({ extensions }) => extensions?.code ?? ''),
      );
    const { edges, pageInfo } = answer.data.myPage.entries;
    for (const { node } of edges)
      entries.push({
        memberId,
        bookId: node.book.id,
        reservationId: node.reservation?.id ?? null,
        rentalId: node.rental?.id ?? null,
        status: node.status,
        history: node.history.map(({ event }) => event),
      });
    if (!pageInfo.hasNextPage) return entries;
    after = pageInfo.endCursor;
  }
}

/** The pages of members, by member. */
export async function readPages(
  system: Pick<FaultySystem, 'url' | 'dataDir'>,
  members: readonly string[],
): Promise<ReadonlyMap<string, readonly FoldedEntry[]>> {
  const pages = new Map<string, readonly FoldedEntry[]>();
  for (const member of members)
    pages.set(member, await eventually(() => unlessUnavailable(readPage(system, member)), { what: 'a page' }));
  return pages;
}

/** Every page is the fold of the log; `shown` holds each member's entries. */
export function brokenPages(
  shown: ReadonlyMap<string, readonly FoldedEntry[]>,
  log: readonly RentalbookEvent[],
): readonly Broken[] {
  const folded = foldPages([...log].sort((one, other) => Date.parse(one.timestamp) - Date.parse(other.timestamp)));
  return [...shown].flatMap(([member, entries]) => {
    const is = comparable(entries);
    const should = comparable(folded.filter(({ memberId }) => memberId === member));
    const differing = [...new Set([...is.keys(), ...should.keys()])].filter((id) => is.get(id) !== should.get(id));
    return differing.map((id) => ({
      promise: 'MyPage equals the fold of the log',
      on: `the entry ${id} of ${member}`,
      found: `${is.get(id) ?? 'nothing'} instead of ${should.get(id) ?? 'nothing'}`,
    }));
  });
}

/** By id; steps of one instant have no order in the log, so only which ones there are is compared. */
const comparable = (entries: readonly FoldedEntry[]): ReadonlyMap<string, string> =>
  new Map(
    entries.map((entry) => [
      entry.rentalId ?? entry.reservationId ?? '',
      JSON.stringify({ ...entry, history: [...entry.history].sort() }),
    ]),
  );
