import { TextDecoder } from 'node:util';
import { CliError } from '../exit-code.js';
import type { FileEvent } from './batch-events.js';
import type { ReadingNotes } from './send-file.js';

/** Characters of one event that are kept. */
const LONGEST_VALUE = 4 * 1024 * 1024;

/**
 * The elements of a JSON list, or JSON values one after another, as they are written: digits and keys that a parser would
 * change are the server's to judge. Line breaks between tokens become blanks, so that each value stands on one line. Holds
 * one value at a time.
 */
export async function* readJsonValues(
  chunks: AsyncIterable<Uint8Array>,
  { onFault, isDone }: ReadingNotes,
): AsyncGenerator<FileEvent> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const scanner = new ValueScanner();
  let place = 0;
  for await (const chunk of chunks) {
    for (const value of scanner.push(decode(decoder, chunk))) {
      place += 1;
      const fault = faultOf(value);
      if (fault !== undefined) onFault(place, fault);
      else if (!isDone(place)) yield { place, json: value, bytes: value.length };
    }
  }
  if (scanner.isOpen) onFault(place + 1, 'ends before it is complete');
}

function decode(decoder: TextDecoder, chunk: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    // Where its values begin and end can no longer be told.
    throw new CliError('the file is not UTF-8');
  }
}

function faultOf(value: string): string | undefined {
  if (value.length > LONGEST_VALUE) return `is longer than ${LONGEST_VALUE} characters`;
  if (/[\r\n]/.test(value)) return 'has a line break within a text, which JSON does not allow';
  return undefined;
}

/** Cuts a stream of JSON text into values. It counts brackets and minds texts; what else JSON asks is the server's to say. */
class ValueScanner {
  private depth = 0;
  private inList = false;
  private inText = false;
  private escaped = false;
  private value = '';

  /** Whether the stream so far ends within a value. */
  get isOpen(): boolean {
    return this.value.trim() !== '';
  }

  *push(text: string): Generator<string> {
    for (const character of text) {
      if (this.inText) this.addToText(character);
      else if (character === '"') this.openText();
      else if (this.isBreak(character)) yield* this.take();
      else if (character === '[' && this.depth === 0 && !this.inList && !this.isOpen) this.inList = true;
      else if (character === ']' && this.depth === 0) {
        yield* this.take();
        this.inList = false;
      } else yield* this.addToken(character);
    }
  }

  private openText(): void {
    this.inText = true;
    this.add('"');
  }

  private addToText(character: string): void {
    this.add(character);
    if (this.escaped) this.escaped = false;
    else if (character === '\\') this.escaped = true;
    else if (character === '"') this.inText = false;
  }

  private *addToken(character: string): Generator<string> {
    if (character === '{' || character === '[') this.depth += 1;
    if (character === '}' || character === ']') this.depth -= 1;
    this.add(/\s/.test(character) ? ' ' : character);
    if (this.depth === 0 && (character === '}' || character === ']')) yield* this.take();
  }

  /** Between values: a comma of the list, or blanks. */
  private isBreak(character: string): boolean {
    return this.depth <= 0 && (character === ',' || /\s/.test(character));
  }

  private add(character: string): void {
    if (this.value.length <= LONGEST_VALUE) this.value += character;
  }

  private *take(): Generator<string> {
    const value = this.value.trim();
    this.value = '';
    this.depth = 0;
    if (value !== '') yield value;
  }
}
