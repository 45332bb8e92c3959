import { decodeDocument, encodeDocument, type BsonDocument } from '../bson/values';
import { HEADER_BYTES, ProtocolError } from './frames';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** The client would also take several answers to one request; one is always right. */
const EXHAUST_ALLOWED = 1 << 16;
const KNOWN_FLAGS = CHECKSUM_PRESENT | MORE_TO_COME | EXHAUST_ALLOWED;

/** One request, of either kind: the command with the database in `$db`. */
export interface Request {
  readonly id: number;
  readonly isLegacy: boolean;
  /** A client that sends more without waiting reads no answer. */
  readonly wantsAnswer: boolean;
  readonly command: BsonDocument;
}

export function parseMessage(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const operation = message.readInt32LE(12);
  try {
    if (operation === OP_MSG) return { id, isLegacy: false, ...parseOpMsg(message) };
    if (operation === OP_QUERY) return { id, isLegacy: true, wantsAnswer: true, command: parseOpQuery(message) };
  } catch (error) {
    throw new ProtocolError(`a message is broken: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new ProtocolError(`operation ${operation} is not supported`);
}

function parseOpMsg(message: Buffer): Pick<Request, 'wantsAnswer' | 'command'> {
  const flags = message.readUInt32LE(HEADER_BYTES);
  if (flags & CHECKSUM_PRESENT) throw new ProtocolError('checksums are not supported');
  if ((flags & ~KNOWN_FLAGS) !== 0) throw new ProtocolError(`flags ${flags} are not known`);
  let body: BsonDocument | undefined;
  const sequences: BsonDocument = {};
  let at = HEADER_BYTES + 4;
  while (at < message.length) {
    const kind = message.readUInt8(at);
    const section = sized(message, at + 1);
    if (kind === 0 && !body) body = decodeDocument(section);
    else if (kind === 1) Object.assign(sequences, parseSequence(section));
    else throw new ProtocolError(`a section of kind ${kind} is not expected`);
    at += 1 + section.length;
  }
  if (!body) throw new ProtocolError('there is no command');
  return { wantsAnswer: (flags & MORE_TO_COME) === 0, command: { ...body, ...sequences } };
}

/** A part of a message that begins with its own length. */
function sized(message: Buffer, at: number): Buffer {
  const length = message.readInt32LE(at);
  if (length < 5 || at + length > message.length) throw new ProtocolError(`a part of ${length} bytes does not fit`);
  return message.subarray(at, at + length);
}

function parseSequence(section: Buffer): BsonDocument {
  const end = section.indexOf(0, 4);
  if (end < 0) throw new ProtocolError('a sequence has no name');
  const documents: BsonDocument[] = [];
  for (let at = end + 1; at < section.length;) {
    const bytes = sized(section, at);
    documents.push(decodeDocument(bytes));
    at += bytes.length;
  }
  return { [section.toString('utf8', 4, end)]: documents };
}

const COMMAND_COLLECTION = '.$cmd';

function parseOpQuery(message: Buffer): BsonDocument {
  const nameAt = HEADER_BYTES + 4;
  const end = message.indexOf(0, nameAt);
  const namespace = message.toString('utf8', nameAt, end);
  if (end < 0 || !namespace.endsWith(COMMAND_COLLECTION))
    throw new ProtocolError('a query that is no command is not supported');
  const command = decodeDocument(sized(message, end + 1 + 8));
  return { ...command, $db: namespace.slice(0, -COMMAND_COLLECTION.length) };
}

/** Some of a cursor's documents, already as bytes: they are by far most of what is sent. */
export interface CursorBatch {
  readonly kind: 'cursor-batch';
  readonly field: 'firstBatch' | 'nextBatch';
  readonly id: bigint;
  readonly namespace: string;
  readonly documents: readonly Uint8Array[];
}

export type Answer = BsonDocument | CursorBatch;

const isCursorBatch = (answer: Answer): answer is CursorBatch => answer['kind' as never] === 'cursor-batch';

export function encodeAnswer(request: Request, answer: Answer): Buffer {
  const body = isCursorBatch(answer) ? encodeBatch(answer) : [encodeDocument(answer)];
  const length = body.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([request.isLegacy ? replyHeader(request.id, length) : msgHeader(request.id, length), ...body]);
}

function msgHeader(responseTo: number, length: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES + 5);
  header.writeInt32LE(header.length + length, 0);
  header.writeInt32LE(responseTo, 8);
  header.writeInt32LE(OP_MSG, 12);
  return header;
}

function replyHeader(responseTo: number, length: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES + 20);
  header.writeInt32LE(header.length + length, 0);
  header.writeInt32LE(responseTo, 8);
  header.writeInt32LE(OP_REPLY, 12);
  header.writeInt32LE(1, HEADER_BYTES + 16);
  return header;
}

const DOCUMENT = 0x03;
const ARRAY = 0x04;
const LONG = 0x12;
const DOUBLE = 0x01;

/** `{ cursor: { <field>: documents, id, ns }, ok: 1 }` around documents that are bytes already. */
function encodeBatch({ field, id, namespace, documents }: CursorBatch): Uint8Array[] {
  const array = framed(
    documents.flatMap((document, index) => [Buffer.from([DOCUMENT]), cString(String(index)), document]),
  );
  const idBytes = Buffer.alloc(8);
  idBytes.writeBigInt64LE(id);
  const name = Buffer.from(`${namespace}\0`);
  const nameLength = Buffer.alloc(4);
  nameLength.writeInt32LE(name.length);
  const cursor = framed([
    ...[Buffer.from([ARRAY]), cString(field), ...array],
    ...[Buffer.from([LONG]), cString('id'), idBytes],
    ...[Buffer.from([0x02]), cString('ns'), nameLength, name],
  ]);
  const ok = Buffer.alloc(8);
  ok.writeDoubleLE(1);
  return framed([Buffer.from([DOCUMENT]), cString('cursor'), ...cursor, Buffer.from([DOUBLE]), cString('ok'), ok]);
}

const cString = (text: string): Buffer => Buffer.from(`${text}\0`);

/** The parts of a document between its length and its end. */
function framed(parts: readonly Uint8Array[]): Uint8Array[] {
  const length = Buffer.alloc(4);
  length.writeInt32LE(parts.reduce((sum, part) => sum + part.length, 5));
  return [length, ...parts, Buffer.from([0])];
}
