export interface FileLine {
  /** Counted from 1. */
  readonly number: number;
  /** Without its end. */
  readonly text: string;
  /** With its end. */
  readonly bytes: number;
  /** Why `text` is not the line: it is `''` then. */
  readonly fault: string | undefined;
}

/** Bytes a line may have. What is longer is no event: the server takes no body so large. */
export const LONGEST_LINE = 4 * 1024 * 1024;

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The lines of a UTF-8 stream, ended by LF or CRLF, the last one by either or nothing. Holds one chunk and one line at a
 * time, whatever the size of the file. A line that is not UTF-8 or far too long is named as such and spoils no other. A
 * byte order mark is left off; an empty line is a line.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FileLine> {
  let line = new LineBuilder(1);
  for await (const chunk of chunks) {
    let from = 0;
    for (let feed = chunk.indexOf(LINE_FEED); feed >= 0; feed = chunk.indexOf(LINE_FEED, from)) {
      line.add(chunk.subarray(from, feed + 1));
      yield line.build();
      line = new LineBuilder(line.number + 1);
      from = feed + 1;
    }
    line.add(chunk.subarray(from));
  }
  if (line.bytes > 0) yield line.build();
}

class LineBuilder {
  bytes = 0;
  private readonly parts: Uint8Array[] = [];

  constructor(readonly number: number) {}

  add(part: Uint8Array): void {
    this.bytes += part.length;
    if (this.bytes <= LONGEST_LINE) this.parts.push(part);
    else this.parts.length = 0;
  }

  build(): FileLine {
    const { number, bytes } = this;
    if (bytes > LONGEST_LINE) return { number, bytes, text: '', fault: `is longer than ${LONGEST_LINE} bytes` };
    try {
      const text = decoder.decode(Buffer.concat(this.parts)).replace(/\r?\n$/, '');
      return {
        number,
        bytes,
        text: number === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text,
        fault: undefined,
      };
    } catch {
      return { number, bytes, text: '', fault: 'is not UTF-8' };
    }
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
