/** Bytes that break the Kafka protocol; the message is a whole sentence. */
export class Undecodable extends Error {
  override readonly name = 'Undecodable';
}

const MOST_VARINT_SHIFT = 28;
const MOST_VARLONG_BYTES = 10;

/** Reads the protocol's primitive types. Throws {@link Undecodable} rather than read past the end. */
export class ByteReader {
  private position = 0;

  constructor(private readonly source: Buffer) {}

  get left(): number {
    return this.source.length - this.position;
  }

  int8(): number {
    return this.source.readInt8(this.advance(1));
  }

  int16(): number {
    return this.source.readInt16BE(this.advance(2));
  }

  int32(): number {
    return this.source.readInt32BE(this.advance(4));
  }

  uint32(): number {
    return this.source.readUInt32BE(this.advance(4));
  }

  int64(): bigint {
    return this.source.readBigInt64BE(this.advance(8));
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift <= MOST_VARINT_SHIFT; shift += 7) {
      const byte = this.source.readUInt8(this.advance(1));
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    throw new Undecodable('A number has more than 32 bits.');
  }

  varlong(): bigint {
    let value = 0n;
    for (let index = 0; index < MOST_VARLONG_BYTES; index += 1) {
      const byte = this.source.readUInt8(this.advance(1));
      value |= BigInt(byte & 0x7f) << BigInt(index * 7);
      if (byte < 0x80) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
    }
    throw new Undecodable('A number has more than 64 bits.');
  }

  bytes(length: number): Buffer {
    const start = this.advance(length);
    return this.source.subarray(start, start + length);
  }

  /** Bytes; null for a length of −1. */
  nullableBytes(length: number): Buffer | null {
    return length === -1 ? null : this.bytes(length);
  }

  rest(): Buffer {
    return this.bytes(this.left);
  }

  array<T>(read: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, read);
  }

  private advance(length: number): number {
    if (length < 0) throw new Undecodable(`A length of ${String(length)} is negative.`);
    if (length > this.left)
      throw new Undecodable(`${String(length)} bytes are declared where ${String(this.left)} are left.`);
    const start = this.position;
    this.position += length;
    return start;
  }
}
