import type { World } from './world';

const NAME = /^(?:book|member|copy|id)-\d+$/;
const INSTANT = /^\d{4}-\d\d-\d\dT.*Z$/;
/** Only their order matters, and the queue is in it. */
const TICKETS: readonly string[] = ['lastTicket', 'ticket'];

/** Codes of names begin here, above those of texts; an instant is a mark and its two halves, so no two fingerprints read alike. */
const NAMES = 0x8000;
const INSTANT_MARK = 0x7fff;
const LATEST_MS = 0xffffffff;

/** A key, a value or a bracket. A name also has its ordinal in the fingerprint that is being made. */
interface Token {
  readonly kind: 'text' | 'name' | 'instant';
  /** The instant in ms, or the number of the text. */
  readonly value: number;
  ordinal: number;
  usedIn: number;
}

const tokens = new Map<string, Token>();
let texts = 0;

function tokenOf(text: string): Token {
  const known = tokens.get(text);
  if (known) return known;
  const kind = NAME.test(text) ? 'name' : INSTANT.test(text) ? 'instant' : 'text';
  if (kind === 'text' && (texts += 1) >= INSTANT_MARK)
    throw new RangeError('worlds have more texts than there are codes');
  const token: Token = { kind, value: kind === 'instant' ? Date.parse(text) : texts, ordinal: 0, usedIn: 0 };
  tokens.set(text, token);
  return token;
}

const OPEN = tokenOf('{');
const CLOSE = tokenOf('}');

/** Worlds that follow from each other share the copies, reservations, rentals and messages that did not change. */
const tokensOfItems = new WeakMap<object, readonly Token[]>();

function tokensOfItem(item: object): readonly Token[] {
  const known = tokensOfItems.get(item);
  if (known) return known;
  const made: Token[] = [];
  each(item, (token) => made.push(token));
  tokensOfItems.set(item, made);
  return made;
}

/** Visits the tokens of a value in the order in which they are written. */
function each(value: unknown, visit: (token: Token) => void): void {
  if (typeof value !== 'object' || value === null) {
    visit(tokenOf(String(value)));
    return;
  }
  visit(OPEN);
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[])
      if (typeof item === 'object' && item !== null) for (const token of tokensOfItem(item)) visit(token);
      else visit(tokenOf(String(item)));
  } else
    for (const key in value)
      if (!TICKETS.includes(key)) {
        visit(tokenOf(key));
        each((value as Readonly<Record<string, unknown>>)[key], visit);
      }
  visit(CLOSE);
}

const codes = new Uint16Array(10_000);
const bytes = Buffer.from(codes.buffer);
/** One fingerprint is written at a time. */
const writing = { number: 0, now: 0, names: 0, length: 0 };

function put(code: number): void {
  codes[writing.length] = code;
  writing.length += 1;
}

function write(token: Token): void {
  if (token.kind === 'text') put(token.value);
  else if (token.kind === 'instant') {
    const left = token.value > writing.now ? token.value - writing.now : 0;
    if (left > LATEST_MS)
      throw new RangeError(`an instant is ${String(left)} ms from now, which two codes cannot hold`);
    put(INSTANT_MARK);
    put(left >>> 16);
    put(left & 0xffff);
  } else {
    if (token.usedIn !== writing.number) token.ordinal = writing.names += 1;
    token.usedIn = writing.number;
    put(NAMES + token.ordinal);
  }
}

function written(titles: World['titles'], now: number): string {
  writing.number += 1;
  writing.now = now;
  writing.names = 0;
  writing.length = 0;
  for (const title of titles) each(title, write);
  if (writing.length > codes.length) throw new RangeError('a world is larger than the buffer of its fingerprint');
  return bytes.toString('utf16le', 0, writing.length * codes.BYTES_PER_ELEMENT);
}

/**
 * Two worlds that differ only in the names of members, copies, ids and titles, in the date or in ticket numbers behave
 * alike: names are given in the order of their appearance, instants relative to now.
 */
export function fingerprint({ now, titles }: World): string {
  const orders = titles.length > 1 ? [titles, [...titles].reverse()] : [titles];
  return orders.map((order) => written(order, now)).sort()[0] ?? '';
}
