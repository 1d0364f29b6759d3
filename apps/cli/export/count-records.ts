const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/** Counts the records of a CSV file (RFC 4180) as it passes: a line break within quotes ends none. */
export class RecordCounter {
  private count = 0;
  private quoted = false;
  private ended = true;

  add(chunk: Uint8Array): void {
    for (const byte of chunk) {
      // A doubled quote within quotes closes and opens again, which comes to the same.
      if (byte === QUOTE) this.quoted = !this.quoted;
      this.ended = byte === LINE_FEED && !this.quoted;
      if (this.ended) this.count += 1;
    }
  }

  /** Without the header; undefined when the file ends within a record. */
  get rows(): number | undefined {
    return this.ended && this.count > 0 ? this.count - 1 : undefined;
  }
}
