import { ByteReader, Undecodable } from '../byte-reader';
import { BoundedOutput, tooLarge } from './bounded-output';

/** The header of snappy-java's stream: its magic bytes, a version and the oldest compatible one, four bytes each. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_VERSIONS_BYTES = 8;
const LITERAL_BITS = 60;

/** Decompresses Snappy, as one raw block or as the stream of blocks that Java's clients and brokers write. */
export function decompressSnappy(compressed: Buffer, limit: number): Buffer {
  const output = new BoundedOutput(limit);
  if (!compressed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) appendBlock(compressed, output, limit);
  else {
    const reader = new ByteReader(compressed);
    reader.bytes(XERIAL_MAGIC.length + XERIAL_VERSIONS_BYTES);
    while (reader.left > 0) appendBlock(reader.bytes(reader.int32()), output, limit);
  }
  return output.toBuffer();
}

/** One block in Snappy's raw format (google/snappy, format_description.txt). */
function appendBlock(block: Buffer, output: BoundedOutput, limit: number): void {
  const [declared, start] = unsignedVarint(block);
  const end = output.size + declared;
  if (end > limit) throw tooLarge(limit);
  const little = (at: number, bytes: number): number => {
    if (at + bytes > block.length) throw new Undecodable('A Snappy block ends within an element.');
    return block.readUIntLE(at, bytes);
  };
  for (let position = start; position < block.length;) {
    const tag = little(position, 1);
    position += 1;
    const kind = tag & 0x03;
    if (kind === 0) {
      const short = tag >>> 2;
      const lengthBytes = Math.max(0, short - LITERAL_BITS + 1);
      const length = (lengthBytes === 0 ? short : little(position, lengthBytes)) + 1;
      position += lengthBytes;
      if (position + length > block.length) throw new Undecodable('A Snappy block ends within a literal.');
      output.append(block.subarray(position, position + length));
      position += length;
    } else if (kind === 1) {
      output.repeat(((tag >>> 5) << 8) | little(position, 1), ((tag >>> 2) & 0x07) + 4);
      position += 1;
    } else {
      const offsetBytes = kind === 2 ? 2 : 4;
      output.repeat(little(position, offsetBytes), (tag >>> 2) + 1);
      position += offsetBytes;
    }
  }
  if (output.size !== end)
    throw new Undecodable(`A Snappy block declares ${String(declared)} bytes and does not have them.`);
}

/** The number that a block begins with, and where its elements begin. */
function unsignedVarint(block: Buffer): [value: number, next: number] {
  let value = 0;
  for (const [index, byte] of block.subarray(0, 5).entries()) {
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return [value, index + 1];
  }
  throw new Undecodable('A Snappy block has no length.');
}
