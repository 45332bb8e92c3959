import type { ApolloServerPlugin } from '@apollo/server';
import type { StreamPosition } from '../consistency/consistency-token';

/** The header by which the router requests what it needs to store the parts of an answer. */
export const PARTS_HEADER = 'x-cache-parts';
/** The longest that a cache outside may keep an answer; our own is invalidated by events. */
const MAX_AGE_MS = 60_000;
/** The field of Query that a gateway fetches entities by, as the specification of federation names it. */
export const ENTITIES = '_entities';

/** What a part of an answer depends on. */
export interface PartDependencies {
  /** An event that has one of these may change it. */
  readonly tags: readonly string[];
  /** The stream positions that it includes. A source that is not listed for a listed key has no influence on it. */
  readonly asOf?: readonly StreamPosition[];
  /** For how long it is true at most, in milliseconds; 0 for what may not be stored. */
  readonly validMs?: number;
}

/**
 * Collects what the answer to one request depends on. A part may be stored only if its resolver says so: each root field, or each
 * entity, names a subject, and the resolvers below it add what they read.
 */
export interface AnswerParts {
  /** Adds dependencies of a subject; those of several calls hold together. */
  note(subject: string, dependencies: PartDependencies): void;
  /** Says which subject a root field is about, by the name of the field in the response. */
  root(responseName: string | number, subject: string): void;
  /** The answer depends on the caller. */
  restrict(): void;
  /** How far a mutation has extended streams. */
  changed(positions: readonly StreamPosition[]): void;
}

/** The subject of an entity. */
export const subjectOf = (typename: string, id: string): string => `${typename} ${id}`;

type Position = readonly [source: string, key: string, sequence: number];
interface PartFacts {
  readonly tags: readonly string[];
  readonly asOf: readonly Position[];
  readonly validMs?: number;
}

/** The extensions of an answer that the router's cache, and Apollo Router's, read. */
export interface PartExtensions {
  readonly apolloCacheTags?: readonly string[];
  readonly apolloEntityCacheTags?: readonly (readonly string[] | null)[];
  readonly cacheParts: Readonly<Record<string, unknown>>;
}

export interface CollectedParts extends AnswerParts {
  /** The extensions of an answer with this data, and its Cache-Control. */
  extensions(
    data: Readonly<Record<string, unknown>> | null,
    variables: Readonly<Record<string, unknown>>,
    request: { readonly consumer: string; readonly isUpToDate: boolean },
  ): { readonly extensions: PartExtensions; readonly cacheControl: string };
}

/** For a request that does not want to know. */
export const uncollectedParts: AnswerParts = {
  note: () => undefined,
  root: () => undefined,
  restrict: () => undefined,
  changed: () => undefined,
};

export function collectParts(): CollectedParts {
  const subjects = new Map<string, PartDependencies[]>();
  const roots = new Map<string, string>();
  const changes: StreamPosition[] = [];
  let isPublic = true;

  const factsOf = (names: readonly (string | undefined)[]): PartFacts | null => {
    const noted = names.map((name) => (name === undefined ? undefined : subjects.get(name)));
    if (noted.some((one) => one === undefined)) return null;
    const all = noted.flatMap((one) => one ?? []);
    const validMs = Math.min(...all.map((one) => one.validMs ?? Infinity));
    if (validMs <= 0) return null;
    return {
      tags: [...new Set(all.flatMap(({ tags }) => tags))],
      asOf: all.flatMap(({ asOf = [] }) => asOf.map(toTuple)),
      ...(validMs !== Infinity && { validMs }),
    };
  };

  return {
    note(subject, dependencies) {
      const noted = subjects.get(subject);
      if (noted) noted.push(dependencies);
      else subjects.set(subject, [dependencies]);
    },
    root: (responseName, subject) => void roots.set(String(responseName), subject),
    restrict() {
      isPublic = false;
    },
    changed: (positions) => void changes.push(...positions),

    extensions(data, { representations }, { consumer, isUpToDate }) {
      const names = Object.keys(data ?? {}).filter((name) => name !== '__typename');
      const isOfEntities = names.length === 1 && names[0] === ENTITIES && Array.isArray(representations);
      const parts = isOfEntities
        ? representations.map((one: unknown) => factsOf([subjectOfReference(one)]))
        : [names.length > 0 ? factsOf(names.map((name) => roots.get(name))) : null];
      const scope = isPublic ? 'public' : 'private';
      const maxAge = parts.some((part) => part === null)
        ? undefined
        : Math.min(MAX_AGE_MS, ...parts.map((part) => part?.validMs ?? MAX_AGE_MS));
      const tags = parts.map((part) => part?.tags ?? null);
      const facts = parts.map((part) => part && { ...part, tags: undefined });
      const [root] = facts;
      return {
        extensions: {
          ...(isOfEntities ? { apolloEntityCacheTags: tags } : tags[0] && { apolloCacheTags: tags[0] }),
          cacheParts: {
            ...{ consumer, scope, isUpToDate },
            ...(isOfEntities ? { entities: facts } : root && { root }),
            ...(changes.length > 0 && { changes: changes.map(toTuple) }),
          },
        },
        cacheControl: maxAge === undefined ? 'no-store' : `${scope}, max-age=${String(Math.floor(maxAge / 1_000))}`,
      };
    },
  };
}

const toTuple = ({ source, key, sequence }: StreamPosition): Position => [source, key, sequence];

/** Our entities have the key `id`, or `memberId`. */
function subjectOfReference(reference: unknown): string | undefined {
  if (typeof reference !== 'object' || reference === null) return undefined;
  const { __typename, id, memberId } = reference as Readonly<Record<string, unknown>>;
  const key = id ?? memberId;
  return typeof __typename === 'string' && typeof key === 'string' ? subjectOf(__typename, key) : undefined;
}

interface Collecting {
  readonly parts: AnswerParts;
  readonly upToDate: boolean;
}

/** Adds to an answer without errors what its parts depend on, where the request wants to know. */
export const answerWithParts = (consumer: () => string): ApolloServerPlugin<Collecting> => ({
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ contextValue: { parts, upToDate }, response, request }): Promise<void> {
        if (!('extensions' in parts) || response.body.kind !== 'single') return Promise.resolve();
        const { data = null, errors = [] } = response.body.singleResult;
        const collected = (parts as CollectedParts).extensions(
          errors.length > 0 ? null : data,
          request.variables ?? {},
          {
            consumer: consumer(),
            isUpToDate: upToDate,
          },
        );
        response.body.singleResult.extensions = { ...response.body.singleResult.extensions, ...collected.extensions };
        response.http.headers.set('cache-control', collected.cacheControl);
        return Promise.resolve();
      },
    }),
});
