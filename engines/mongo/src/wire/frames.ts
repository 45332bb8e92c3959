/** The bytes are no MongoDB message: nothing after them can be understood either. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

export const MAX_MESSAGE_BYTES = 48_000_000;
export const HEADER_BYTES = 16;

/** Cuts a stream of bytes into messages; keeps what is not complete yet. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** How many bytes the next step needs: a length, or the whole message. */
  #needed = 4;

  *push(chunk: Buffer): Generator<Buffer> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes >= this.#needed) {
      const bytes = this.#joined();
      const length = bytes.readInt32LE(0);
      if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES)
        throw new ProtocolError(`a message cannot have ${length} bytes`);
      this.#needed = length;
      if (bytes.length < length) return;
      this.#chunks = [bytes.subarray(length)];
      this.#bytes = bytes.length - length;
      this.#needed = 4;
      yield bytes.subarray(0, length);
    }
  }

  #joined(): Buffer {
    const [only] = this.#chunks;
    if (only && this.#chunks.length === 1) return only;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
