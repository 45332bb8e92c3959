import { StartupError } from '@rentalbook/service-kit';
import { Kind, parse, print, stripIgnoredCharacters, type DocumentNode } from 'graphql';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { operationRefused } from './operation-refused';

/** Where a request has its operation: a GET in the query string, any other in the body. */
interface Sent {
  readonly method: string;
  readonly search: string;
  readonly body: unknown;
}

/** The request with the text of the operation that it asks for; throws for one that may not be asked for. */
export type AdmitOperation = <Request extends Sent>(request: Request) => Request;

/** Leaves every request as it is, where no list is required. */
export const admitEveryOperation: AdmitOperation = (request) => request;

type Fields = Readonly<Record<string, unknown>>;

const fields = z.record(z.string(), z.unknown());
const persisted = z.object({ persistedQuery: z.object({ version: z.literal(1), sha256Hash: z.string() }) });

/**
 * Admits only requests for the operations of these files. A request has the text, in which white space, commas and
 * comments do not count, or the sha256 of the file or of the operation as graphql-js prints it. What is carried out is the
 * file's own text, so that there are as many plans as files. Throws StartupError for a file that is not one operation.
 */
export function createSafelist(files: Readonly<Record<string, string>>): AdmitOperation {
  const byText = new Map<string, string>();
  const byHash = new Map<string, string>();
  for (const [file, text] of Object.entries(files)) {
    const document = documentOf(file, text);
    byText.set(stripIgnoredCharacters(text), text);
    for (const form of [text, print(document)]) byHash.set(sha256(form), text);
  }
  const find = (query: unknown, hash: string | undefined): string | undefined => {
    if (typeof query === 'string') return byText.get(withoutIgnored(query) ?? '');
    return query === undefined || query === null ? byHash.get(hash ?? '') : undefined;
  };
  const withListedText = (sent: Fields): Fields => {
    const { query, extensions } = sent;
    const hash = hashIn(extensions);
    const text = find(query, hash);
    if (text === undefined) throw notListed();
    // A hash of another text stays, for Apollo Server to refuse.
    const isAnswered = hash !== undefined && (typeof query !== 'string' || hash === sha256(query));
    return { ...sent, query: text, ...(isAnswered && { extensions: withoutHash(extensions) }) };
  };
  return (request) => {
    if (request.method === 'GET') return { ...request, search: inSearch(request.search, withListedText) };
    const body = fields.safeParse(request.body);
    if (!body.success) throw notListed();
    return { ...request, body: withListedText(body.data) };
  };
}

const notListed = () => operationRefused('PERSISTED_QUERY_NOT_IN_LIST', 'OPERATION_NOT_LISTED', {});

function documentOf(file: string, text: string): DocumentNode {
  const document = parsed(file, text);
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operations.length === 1) return document;
  throw new StartupError(
    `The file "${file}.graphql" of router/operations has ${String(operations.length)} operations; give each operation a file.`,
  );
}

function parsed(file: string, text: string): DocumentNode {
  try {
    return parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    throw new StartupError(`The file "${file}.graphql" of router/operations is no GraphQL (${reason}); correct it.`);
  }
}

/** Reads tokens only, which bounds what a refusal costs; undefined for what is no GraphQL, and so in no list. */
function withoutIgnored(query: string): string | undefined {
  try {
    return stripIgnoredCharacters(query);
  } catch {
    return undefined;
  }
}

const hashIn = (extensions: unknown): string | undefined =>
  persisted.safeParse(extensions).data?.persistedQuery.sha256Hash;

function withoutHash(extensions: unknown): Fields {
  const { persistedQuery: _answered, ...rest } = fields.parse(extensions);
  return rest;
}

/** The query string with what `change` makes of its query and extensions. */
function inSearch(search: string, change: (sent: Fields) => Fields): string {
  const parameters = new URLSearchParams(search);
  const sent = { query: only(parameters, 'query'), extensions: fromJson(only(parameters, 'extensions')) };
  const { query, extensions } = change(sent);
  parameters.set('query', String(query));
  if (extensions !== sent.extensions) parameters.set('extensions', JSON.stringify(extensions));
  return parameters.toString();
}

/** A parameter that is there several times is all of them, which is no text. */
function only(parameters: URLSearchParams, name: string): string | string[] | undefined {
  const values = parameters.getAll(name);
  return values.length > 1 ? values : values[0];
}

/** Undefined for what is no JSON, which stays as it is for Apollo Server to refuse. */
function fromJson(text: string | string[] | undefined): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
