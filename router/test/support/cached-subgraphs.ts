import type { StreamPosition } from '@rentalbook/service-kit';
import type { SubgraphAnswer } from '../../src/resilience/subgraph-answer';
import type { ModelEvent } from './cached-topic';

/** The sequence that an answer includes, by key and source. */
export type Included = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** One part of an answer of the model, which says itself what the cache must not get wrong. */
export interface ModelPart {
  /** Counts the calls of subgraphs; a part of an earlier call than the read was stored, or fetched for another one. */
  readonly call: number;
  readonly kind: 'book' | 'books' | 'copies' | 'page';
  /** The member to whom it belongs; null for what is the same for everyone. */
  readonly member: string | null;
  readonly includes: Included;
  /** By the clock of the test. */
  readonly validUntil: number;
}

/** Streams as their owners have them, and the two databases that answer queries. */
export class ModelSubgraphs {
  private readonly sequences = new Map<string, number>();
  /** Book's documents: its own stream as it is, and Reserve's as far as it has consumed it. */
  private readonly books = new Map<string, { book: number; reserve: number }>();
  /** The pages: of each member, the last event of each book that was applied. */
  private readonly pages = new Map<string, Map<string, number>>();

  constructor(readonly keys: string[]) {
    for (const key of keys) this.books.set(key, { book: 0, reserve: 0 });
  }

  decide(source: string, key: string, memberId: string | undefined): ModelEvent {
    const stream = `${source} ${key}`;
    const sequence = (this.sequences.get(stream) ?? 0) + 1;
    this.sequences.set(stream, sequence);
    const event = { source, key, sequence, memberId };
    if (source === 'book') {
      if (!this.keys.includes(key)) this.keys.push(key);
      this.books.set(key, { reserve: this.books.get(key)?.reserve ?? 0, book: sequence });
    }
    return event;
  }

  /** Applies an event of the topic; a repeat changes nothing. */
  apply(group: string, { source, key, sequence, memberId }: ModelEvent): void {
    if (source !== 'reserve') return;
    const book = this.books.get(key) ?? { book: 0, reserve: 0 };
    if (group === 'book') this.books.set(key, { ...book, reserve: Math.max(book.reserve, sequence) });
    if (group !== 'mypage' || memberId === undefined) return;
    const page = this.pages.get(memberId) ?? new Map<string, number>();
    this.pages.set(memberId, page.set(key, Math.max(sequence, page.get(key) ?? 0)));
  }

  /** The part of a title, of the list of titles, or of a page, as the databases are now. */
  read(kind: ModelPart['kind'], of: string, common: Pick<ModelPart, 'call' | 'validUntil'>): ModelPart {
    if (kind === 'page') {
      const seen = [...(this.pages.get(of) ?? [])].map(([key, reserve]) => [key, { reserve }]);
      return { ...common, kind, member: of, includes: Object.fromEntries(seen) as Included };
    }
    const keys = kind === 'books' ? this.keys : [of];
    const includes = Object.fromEntries(
      keys.map((key) => [key, { ...(this.books.get(key) ?? { book: 0, reserve: 0 }) }]),
    );
    return { ...common, kind, member: null, includes };
  }
}

const positionsIn = (includes: Included): readonly (readonly [string, string, number])[] =>
  Object.entries(includes).flatMap(([key, sources]) =>
    Object.entries(sources).map(([source, sequence]) => [source, key, sequence] as const),
  );

const tagsOf = ({ kind, member, includes }: ModelPart): readonly string[] =>
  kind === 'page'
    ? [`member:${member ?? ''}`]
    : [...Object.keys(includes).map((key) => `book:${key}`), ...(kind === 'books' ? ['catalogue'] : [])];

/** The answer of a subgraph with these parts, and what it says of them. */
export function answerOf(
  parts: readonly ModelPart[],
  isOfEntities: boolean,
  { now, isPublic, isUpToDate }: { readonly now: number; readonly isPublic: boolean; readonly isUpToDate: boolean },
): SubgraphAnswer {
  const facts = parts.map((part) => ({
    // A page says nothing of streams: it shows those of a member, among others.
    asOf: part.kind === 'page' ? [] : positionsIn(part.includes),
    validMs: part.validUntil - now,
  }));
  const tags = parts.map(tagsOf);
  const [first] = parts;
  const consumer = first?.kind === 'page' ? 'mypage' : 'book';
  return {
    data: isOfEntities ? { _entities: parts } : { part: first },
    errors: [],
    extensions: {
      ...(isOfEntities ? { apolloEntityCacheTags: tags } : { apolloCacheTags: tags[0] }),
      cacheParts: {
        ...{ consumer, scope: isPublic ? 'public' : 'private', isUpToDate },
        ...(isOfEntities ? { entities: facts } : { root: facts[0] }),
      },
    },
  };
}

/** Whether a part includes an event, or has nothing to do with it: what the cache must find out, said again in other words. */
export function isIncluded(
  { kind, member, includes }: ModelPart,
  event: StreamPosition & { memberId?: string | undefined },
): boolean {
  const { source, key, sequence } = event;
  if (kind === 'page') return event.memberId !== member || (includes[key]?.[source] ?? 0) >= sequence;
  if (kind === 'books') return (includes[key]?.[source] ?? 0) >= sequence;
  return !includes[key] || (includes[key][source] ?? 0) >= sequence;
}
