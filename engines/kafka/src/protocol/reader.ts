/** The bytes do not form a request of the protocol. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest';
}

/** Reads the protocol's primitive types from a request; throws {@link MalformedRequest} past its end. */
export class Reader {
  private position = 0;
  constructor(private readonly bytes: Buffer) {}

  int8 = (): number => this.bytes.readInt8(this.take(1));
  int16 = (): number => this.bytes.readInt16BE(this.take(2));
  int32 = (): number => this.bytes.readInt32BE(this.take(4));
  /** Offsets and times of a development broker are far below 2^53. */
  int64 = (): number => Number(this.bytes.readBigInt64BE(this.take(8)));
  boolean = (): boolean => this.int8() !== 0;

  nullableString = (): string | null => {
    const length = this.int16();
    if (length < 0) return null;
    const start = this.take(length);
    return this.bytes.toString('utf8', start, start + length);
  };

  string = (): string => {
    const text = this.nullableString();
    if (text === null) throw new MalformedRequest('a string is missing');
    return text;
  };

  data = (): Buffer => {
    const length = this.int32();
    if (length < 0) throw new MalformedRequest('bytes are missing');
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  };

  nullableArray = <T>(item: () => T): T[] | null => {
    const length = this.int32();
    if (length < 0) return null;
    // Every item takes a byte at least: a length beyond that is no array.
    if (length > this.bytes.length - this.position) throw new MalformedRequest('an array is longer than its request');
    return Array.from({ length }, item);
  };

  array = <T>(item: () => T): T[] => this.nullableArray(item) ?? [];

  private take(length: number): number {
    const start = this.position;
    if (start + length > this.bytes.length) throw new MalformedRequest('the request ends early');
    this.position += length;
    return start;
  }
}
