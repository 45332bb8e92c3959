import { Decompress } from 'fzstd';
import { Undecodable } from '../byte-reader';
import { BoundedOutput, tooLarge } from './bounded-output';

const MAGIC = 0xfd2fb528;
const SINGLE_SEGMENT = 0x20;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const LEAST_WINDOW_LOG = 10;
const RUN_LENGTH = 1;
const RESERVED = 3;
const MOST_BLOCK_BYTES = 131_072;

/**
 * Decompresses Zstandard frames (RFC 8878) with fzstd, which allocates the window that a frame's header asks for, up to
 * 2 GB: the header is checked before, and a window larger than the limit, which cannot be needed within it, is lowered.
 */
export function decompressZstd(compressed: Buffer, limit: number): Buffer {
  const frames = Buffer.from(compressed);
  for (let position = 0; position < frames.length;) position = prepareFrame(frames, position, limit);
  const output = new BoundedOutput(limit);
  new Decompress((chunk) => {
    output.append(chunk);
  }).push(frames, true);
  return output.toBuffer();
}

/** Lowers the frame's window to the limit; returns where the next frame begins. */
function prepareFrame(frames: Buffer, start: number, limit: number): number {
  const number = (at: number, bytes: number): number => {
    if (at + bytes > frames.length) throw new Undecodable('A Zstandard frame ends too early.');
    return bytes === 0 ? 0 : frames.readUIntLE(at, bytes);
  };
  if (number(start, 4) !== MAGIC) throw new Undecodable('The records are no Zstandard frame.');
  const descriptor = number(start + 4, 1);
  if ((descriptor & 0x03) !== 0) throw new Undecodable('A Zstandard frame needs a dictionary.');
  const isSingleSegment = (descriptor & SINGLE_SEGMENT) !== 0;
  let position = start + 5;
  if (!isSingleSegment) {
    const largest = Math.floor(Math.log2(limit)) - LEAST_WINDOW_LOG + 1;
    if (number(position, 1) >>> 3 > largest) frames[position] = largest << 3;
    position += 1;
  }
  const sizeBytes = CONTENT_SIZE_BYTES[(descriptor >>> 6) as 0 | 1 | 2 | 3] || (isSingleSegment ? 1 : 0);
  const declared =
    sizeBytes === 8 ? number(position, 4) + number(position + 4, 4) * 2 ** 32 : number(position, sizeBytes);
  if (declared > limit) throw tooLarge(limit);
  position = afterBlocks(number, position + sizeBytes);
  return position + ((descriptor & 0x04) === 0 ? 0 : 4);
}

function afterBlocks(number: (at: number, bytes: number) => number, first: number): number {
  for (let position = first; ;) {
    const header = number(position, 3);
    const kind = (header >>> 1) & 0x03;
    const size = header >>> 3;
    if (kind === RESERVED || size > MOST_BLOCK_BYTES) throw new Undecodable('A Zstandard block is damaged.');
    position += 3 + (kind === RUN_LENGTH ? 1 : size);
    if ((header & 0x01) !== 0) return position;
  }
}
