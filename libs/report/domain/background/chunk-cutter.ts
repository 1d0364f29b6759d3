/** Cuts a file that comes in pieces of any size into chunks of one size. */
export class ChunkCutter {
  private readonly chunk: Uint8Array;
  private filled = 0;

  constructor(private readonly size: number) {
    this.chunk = new Uint8Array(size);
  }

  /** The chunks that have become full. */
  *add(bytes: Uint8Array): Generator<Uint8Array> {
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + this.size - this.filled);
      this.chunk.set(part, this.filled);
      this.filled += part.length;
      from += part.length;
      if (this.filled === this.size) yield this.take();
    }
  }

  /** What is left over when the file ends; may be empty. */
  take(): Uint8Array {
    const taken = this.chunk.slice(0, this.filled);
    this.filled = 0;
    return taken;
  }
}
