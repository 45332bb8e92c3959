import { Undecodable } from '../byte-reader';
import { BoundedOutput } from './bounded-output';

const MAGIC = 0x184d2204;
const VERSION = 0x40;
const FLAG = {
  version: 0xc0,
  blockChecksum: 0x10,
  contentSize: 0x08,
  contentChecksum: 0x04,
  dictionary: 0x01,
} as const;
const UNCOMPRESSED = 0x80000000;
const LEAST_MATCH = 4;
const EXTENDED = 0x0f;

/**
 * Decompresses one LZ4 frame (lz4_Frame_format.md). Its own checksums are not compared: the batch has one over all of it,
 * and old clients of Kafka wrote the header's wrongly.
 */
export function decompressLz4(compressed: Buffer, limit: number): Buffer {
  const input = new LittleEndian(compressed);
  if (input.number(4) !== MAGIC) throw new Undecodable('The records are no LZ4 frame.');
  const flags = input.number(1);
  if ((flags & FLAG.version) !== VERSION) throw new Undecodable('The LZ4 frame has an unknown version.');
  if ((flags & FLAG.dictionary) !== 0) throw new Undecodable('The LZ4 frame needs a dictionary.');
  input.number(1);
  input.take((flags & FLAG.contentSize) === 0 ? 0 : 8);
  input.number(1);
  const output = new BoundedOutput(limit);
  for (let header = input.number(4); header !== 0; header = input.number(4)) {
    const block = input.take(header % UNCOMPRESSED);
    if (header >= UNCOMPRESSED) output.append(block);
    else appendBlock(new LittleEndian(block), output);
    input.take((flags & FLAG.blockChecksum) === 0 ? 0 : 4);
  }
  input.take((flags & FLAG.contentChecksum) === 0 ? 0 : 4);
  return output.toBuffer();
}

/** One block (lz4_Block_format.md): literals and matches in turn, literals last. */
function appendBlock(block: LittleEndian, output: BoundedOutput): void {
  for (;;) {
    const token = block.number(1);
    output.append(block.take(extended(block, token >>> 4)));
    if (block.left === 0) return;
    const distance = block.number(2);
    output.repeat(distance, extended(block, token & EXTENDED) + LEAST_MATCH);
  }
}

function extended(block: LittleEndian, nibble: number): number {
  let length = nibble;
  if (nibble === EXTENDED)
    for (let byte = 0xff; byte === 0xff;) {
      byte = block.number(1);
      length += byte;
    }
  return length;
}

class LittleEndian {
  private position = 0;

  constructor(private readonly bytes: Buffer) {}

  get left(): number {
    return this.bytes.length - this.position;
  }

  number(length: 1 | 2 | 4): number {
    return this.take(length).readUIntLE(0, length);
  }

  take(length: number): Buffer {
    if (length > this.left) throw new Undecodable('The LZ4 frame ends too early.');
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }
}
