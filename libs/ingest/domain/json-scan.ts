import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  isDigit,
  isHexDigit,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from './json-bytes.js';

/** One JSON value that stands for one event, by its place in the bytes. */
export interface JsonElement {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Object members in it, at all depths. */
  readonly members: number;
  /** Objects and arrays within each other, itself included. */
  readonly depth: number;
}

/** Why bytes are not one JSON value, and where. */
export interface JsonFault {
  /** Offset in bytes. */
  readonly position: number;
  readonly detail: string;
}

export interface JsonScan {
  /** Whether the whole is an array; its elements are then listed, else the one value. */
  readonly isArray: boolean;
  readonly elements: readonly JsonElement[];
}

const enum Expect {
  Value,
  ValueOrEnd,
  Key,
  KeyOrEnd,
  Colon,
  CommaOrEnd,
  Nothing,
}

const WANTED: Readonly<Record<Expect, string>> = {
  [Expect.Value]: 'a value',
  [Expect.ValueOrEnd]: 'a value or ]',
  [Expect.Key]: 'a key in quotes',
  [Expect.KeyOrEnd]: 'a key in quotes or }',
  [Expect.Colon]: 'a colon',
  [Expect.CommaOrEnd]: 'a comma or the end of the object or array',
  [Expect.Nothing]: 'nothing more',
};

/**
 * Reads the grammar of RFC 8259 over bytes, before anything is built from them: where each event lies, how deep it nests,
 * how many members its objects have, or the exact place at which the text is no JSON. Nothing recurses, so depth costs a
 * byte a level and no stack. It stops at the first element beyond `elementsMax`, which is listed too: what cannot be taken
 * need not be read.
 */
export function scanJson(bytes: Uint8Array, elementsMax = Number.POSITIVE_INFINITY): JsonScan | JsonFault {
  return new Scanner(bytes, elementsMax).run();
}

class Scanner {
  private readonly elements: JsonElement[] = [];
  /** The brackets that opened the objects and arrays at hand, innermost last. */
  private open = new Uint8Array(64);
  private depth = 0;
  private readonly to: number;
  private at: number;
  private expect = Expect.Value;
  private isArray = false;
  private start = 0;
  private members = 0;
  private deepest = 0;
  /** Depth at which an event's own value stands: 1 within an array. */
  private base = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly elementsMax: number,
  ) {
    this.to = bytes.length;
    // A byte order mark means nothing in UTF-8 and is written by some.
    this.at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  }

  run(): JsonScan | JsonFault {
    const { bytes, to } = this;
    while (this.at < to) {
      const byte = bytes[this.at] ?? 0;
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
        this.at += 1;
        continue;
      }
      const fault = this.step(byte);
      if (fault) return fault;
      if (this.elements.length > this.elementsMax) return { isArray: this.isArray, elements: this.elements };
    }
    if (this.expect !== Expect.Nothing)
      return { position: to, detail: `ends where ${WANTED[this.expect]} must follow` };
    return { isArray: this.isArray, elements: this.elements };
  }

  private step(byte: number): JsonFault | undefined {
    switch (this.expect) {
      case Expect.CommaOrEnd:
        return this.afterValue(byte);
      case Expect.KeyOrEnd:
        if (byte === CLOSE_OBJECT) return this.close();
        return this.key(byte);
      case Expect.Key:
        return this.key(byte);
      case Expect.Colon:
        if (byte !== COLON) return this.unexpected();
        this.at += 1;
        this.expect = Expect.Value;
        return undefined;
      case Expect.ValueOrEnd:
        if (byte === CLOSE_ARRAY) return this.close();
        return this.value(byte);
      case Expect.Value:
        return this.value(byte);
      case Expect.Nothing:
        return this.unexpected();
    }
  }

  private afterValue(byte: number): JsonFault | undefined {
    const inObject = this.open[this.depth - 1] === OPEN_OBJECT;
    if (byte === COMMA) {
      this.at += 1;
      this.expect = inObject ? Expect.Key : Expect.Value;
      return undefined;
    }
    return byte === (inObject ? CLOSE_OBJECT : CLOSE_ARRAY) ? this.close() : this.unexpected();
  }

  private key(byte: number): JsonFault | undefined {
    if (byte !== QUOTE) return this.unexpected();
    this.members += 1;
    this.expect = Expect.Colon;
    return this.string();
  }

  private value(byte: number): JsonFault | undefined {
    const { depth } = this;
    if (depth === this.base) this.begin(byte);
    if (byte === QUOTE) return this.string() ?? this.ended();
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.push(byte);
      if (depth - this.base >= this.deepest) this.deepest = depth - this.base + 1;
      this.at += 1;
      this.expect = byte === OPEN_OBJECT ? Expect.KeyOrEnd : Expect.ValueOrEnd;
      return undefined;
    }
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return this.number() ?? this.ended();
    return this.literal(byte) ?? this.ended();
  }

  /** An event's value begins, or the array of them does. */
  private begin(byte: number): void {
    if (this.depth === 0 && byte === OPEN_ARRAY) {
      this.isArray = true;
      this.base = 1;
      return;
    }
    this.start = this.at;
    this.members = 0;
    this.deepest = 0;
  }

  private push(byte: number): void {
    if (this.depth === this.open.length) {
      const { open } = this;
      this.open = new Uint8Array(open.length * 2);
      this.open.set(open);
    }
    this.open[this.depth] = byte;
    this.depth += 1;
  }

  private close(): JsonFault | undefined {
    this.depth -= 1;
    this.at += 1;
    return this.ended();
  }

  private ended(): undefined {
    const { depth } = this;
    this.expect = depth === 0 ? Expect.Nothing : Expect.CommaOrEnd;
    if (depth === this.base) {
      this.elements.push({ start: this.start, end: this.at, members: this.members, depth: this.deepest });
    }
    return undefined;
  }

  private string(): JsonFault | undefined {
    const { bytes, to } = this;
    let at = this.at + 1;
    while (at < to) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        this.at = at + 1;
        return undefined;
      }
      if (byte < 0x20) return { position: at, detail: 'has a control character in a string; write it escaped' };
      if (byte === BACKSLASH) {
        const length = this.escapeLength(at);
        if (length === 0) return { position: at, detail: 'has an escape that JSON does not know' };
        at += length;
      } else {
        at += 1;
      }
    }
    return { position: to, detail: 'ends within a string' };
  }

  private escapeLength(at: number): number {
    const byte = this.bytes[at + 1] ?? 0;
    if (byte !== 0x75) return '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 2 : 0;
    for (let i = at + 2; i < at + 6; i += 1) {
      if (i >= this.to || !isHexDigit(this.bytes[i] ?? 0)) return 0;
    }
    return 6;
  }

  private number(): JsonFault | undefined {
    const { bytes } = this;
    if (bytes[this.at] === 0x2d) this.at += 1;
    if (bytes[this.at] === 0x30 && this.at < this.to) this.at += 1;
    else if (this.digits() === 0) return this.unexpected('a digit');
    if (bytes[this.at] === 0x2e && this.at < this.to) {
      this.at += 1;
      if (this.digits() === 0) return this.unexpected('a digit');
    }
    const byte = this.at < this.to ? bytes[this.at] : 0;
    if (byte !== 0x65 && byte !== 0x45) return undefined;
    this.at += 1;
    if (bytes[this.at] === 0x2b || bytes[this.at] === 0x2d) this.at += 1;
    return this.digits() === 0 ? this.unexpected('a digit') : undefined;
  }

  private digits(): number {
    const from = this.at;
    while (this.at < this.to && isDigit(this.bytes[this.at] ?? 0)) this.at += 1;
    return this.at - from;
  }

  private literal(byte: number): JsonFault | undefined {
    const word = byte === 0x74 ? 'true' : byte === 0x66 ? 'false' : byte === 0x6e ? 'null' : undefined;
    if (word === undefined || this.at + word.length > this.to) return this.unexpected();
    for (let i = 0; i < word.length; i += 1) {
      if (this.bytes[this.at + i] !== word.charCodeAt(i)) return this.unexpected();
    }
    this.at += word.length;
    return undefined;
  }

  private unexpected(wanted = WANTED[this.expect]): JsonFault {
    if (this.at >= this.to) return { position: this.to, detail: `ends where ${wanted} must follow` };
    const byte = this.bytes[this.at] ?? 0;
    const found =
      byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `byte 0x${byte.toString(16).padStart(2, '0')}`;
    return { position: this.at, detail: `has ${found} where ${wanted} must follow` };
  }
}
