import { Undecodable } from '../byte-reader';

const FIRST_CAPACITY = 65_536;

/** Decompressed bytes, which grow as needed up to a limit. Throws {@link Undecodable} beyond it. */
export class BoundedOutput {
  private bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  private length = 0;

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.length;
  }

  append(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /** Appends `count` bytes that begin `distance` before the end; they may overlap what is appended. */
  repeat(distance: number, count: number): void {
    if (distance < 1 || distance > this.length)
      throw new Undecodable('The compressed records refer to bytes before their beginning.');
    this.reserve(count);
    const end = this.length + count;
    // Each copy doubles what the next one may take.
    while (this.length < end) {
      const from = this.length - distance;
      const copied = Math.min(end - this.length, distance);
      this.bytes.copyWithin(this.length, from, from + copied);
      this.length += copied;
    }
  }

  toBuffer(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  private reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.limit) throw tooLarge(this.limit);
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.min(this.limit, Math.max(needed, this.bytes.length * 2)));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}

export const tooLarge = (limit: number): Undecodable =>
  new Undecodable(`Its records decompress to more than ${String(limit)} bytes, which is more than is read.`);
