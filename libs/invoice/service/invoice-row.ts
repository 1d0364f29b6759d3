import { type EpochMs, parseInstantIn } from '#calendar';
import type { ImportRow, RowFailures } from '#outcome';
import { type ExactDecimal, readExactDecimal } from '../domain/index.js';
import { COLUMNS_OF, type InvoiceField, type InvoiceFormat } from './invoice-columns.js';

const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const TEXT_MAX = 1_024;
const TAGS_MAX = 16_384;
/** How exports say that a value is not there. */
const NOTHING = /^(?:null|n\/a|none|-)?$/i;

/** How a file is to be read. */
export interface RowContext {
  readonly format: InvoiceFormat;
  /** The zone of times without an offset. */
  readonly timeZone: string;
  readonly failures: RowFailures;
}

/** Reads the fields of one row, wherever its format has them. What is wrong goes to the failures and reads as undefined. */
export class InvoiceRow {
  /** Whether a time of this row had no zone of its own. */
  hasLocalTime = false;

  constructor(
    private readonly row: ImportRow,
    private readonly context: RowContext,
  ) {}

  /** Null where the row says nothing. */
  text(field: InvoiceField): string | null | undefined {
    const text = this.valueOf(field);
    if (text === null) return null;
    if (UNPRINTABLE.test(text)) return this.refuse(field, 'bad_text', 'has control characters');
    if (text.length > TEXT_MAX) return this.refuse(field, 'bad_text', `is longer than ${TEXT_MAX} characters`);
    return text;
  }

  amount(field: InvoiceField): ExactDecimal | null | undefined {
    const text = this.valueOf(field);
    if (text === null) return null;
    const amount = readExactDecimal(text);
    return typeof amount === 'string' ? this.refuse(field, 'bad_decimal', `${quote(text)} ${amount}`) : amount;
  }

  instant(field: InvoiceField): EpochMs | null | undefined {
    const text = this.valueOf(field);
    if (text === null) return null;
    const parsed = parseInstantIn(text, this.context.timeZone);
    if ('code' in parsed) return this.refuse(field, 'bad_instant', `${quote(text)} ${parsed.detail}`);
    if (!parsed.zoned) this.hasLocalTime = true;
    return parsed.ms;
  }

  /** A JSON object of texts. */
  tags(): Readonly<Record<string, string>> | null | undefined {
    const text = this.valueOf('tags');
    if (text === null) return null;
    if (text.length > TAGS_MAX) return this.refuse('tags', 'bad_tags', `is longer than ${TAGS_MAX} characters`);
    const parsed = parseJson(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      return this.refuse('tags', 'bad_tags', 'is not a JSON object');
    const tags = Object.entries(parsed).map(([name, value]: [string, unknown]): [string, string] => {
      return [name, typeof value === 'string' ? value : JSON.stringify(value)];
    });
    if (tags.some((parts) => parts.some((part) => UNPRINTABLE.test(part))))
      return this.refuse('tags', 'bad_tags', 'has control characters');
    return tags.length === 0 ? null : Object.fromEntries(tags);
  }

  /** Records what is wrong with a field. */
  refuse(field: InvoiceField, code: string, detail: string): undefined {
    this.context.failures.add(this.row, this.columnOf(field), `invoice.${code}`, detail);
    return undefined;
  }

  private valueOf(field: InvoiceField): string | null {
    for (const column of this.columnsOf(field)) {
      const text = this.row.values[column]?.trim();
      if (text !== undefined && !NOTHING.test(text)) return text;
    }
    return null;
  }

  /** The column that is at fault: the one with a value, else the one that should have it. */
  private columnOf(field: InvoiceField): string | null {
    const columns = this.columnsOf(field);
    return columns.find((column) => this.row.values[column] !== undefined) ?? columns[0] ?? null;
  }

  private columnsOf(field: InvoiceField): readonly string[] {
    return COLUMNS_OF[this.context.format][field] ?? [];
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
