import { gunzip } from 'node:zlib';
import { Undecodable } from '../byte-reader';
import { tooLarge } from './bounded-output';

/** The maximum size of a decompressed batch. Kafka takes 1 MB of a compressed batch by default; a tiny one can contain gigabytes. */
export const MOST_DECOMPRESSED_BYTES = 33_554_432;

type Codec = (compressed: Buffer, limit: number) => Buffer | Promise<Buffer>;

/** By the number that a batch's attributes have. A codec is loaded when the first batch needs it. */
const codecs: readonly (Codec | undefined)[] = [
  (bytes) => bytes,
  gunzipWithin,
  async (compressed, limit) => (await import('./snappy')).decompressSnappy(compressed, limit),
  async (compressed, limit) => (await import('./lz4')).decompressLz4(compressed, limit),
  async (compressed, limit) => (await import('./zstd')).decompressZstd(compressed, limit),
];
const CODEC = 0x07;

/** The records of a batch with these attributes. Throws {@link Undecodable}, also when there would be too many bytes. */
export async function decompress(attributes: number, compressed: Buffer): Promise<Buffer> {
  const number = attributes & CODEC;
  const codec = codecs[number];
  if (!codec) throw new Undecodable(`There is no compression codec ${String(number)}.`);
  try {
    return await codec(compressed, MOST_DECOMPRESSED_BYTES);
  } catch (error) {
    if (error instanceof Undecodable) throw error;
    throw new Undecodable(
      `Its records cannot be decompressed (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

export const isCompressed = (attributes: number): boolean => (attributes & CODEC) !== 0;

function gunzipWithin(compressed: Buffer, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(compressed, { maxOutputLength: limit }, (error, decompressed) => {
      if (error === null) resolve(decompressed);
      else reject('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(limit) : error);
    });
  });
}
