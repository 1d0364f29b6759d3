import type { Failure, FieldFailure } from './outcome.js';

/** A row of a table that somebody imports: a line of a CSV file or an item of a JSON list, every value as text. */
export interface ImportRow {
  /** For people: `line 4`, `item 3`. */
  readonly place: string;
  /** JSON pointer of the row in what was sent; for CSV the rows after the header count from 0. */
  readonly pointer: string;
  /** By column, as the CSV header spells it; an empty or missing value is not there. */
  readonly values: Readonly<Record<string, string>>;
  /** How the sender spells a column: `hourly_rate` in CSV, `hourlyRate` in JSON. */
  readonly spell: (column: string) => string;
}

/** A table may be wrong in every row; what comes after so many failures is only counted. */
const LISTED_MAX = 1000;

/** Collects what is wrong with the rows of an import, so that its sender learns all of it at once. */
export class RowFailures {
  private readonly listed: FieldFailure[] = [];
  private count = 0;

  /** `column` null: the row as a whole. */
  add(row: ImportRow, column: string | null, code: string, detail: string): void {
    this.count += 1;
    if (this.listed.length >= LISTED_MAX) return;
    const name = column === null ? undefined : row.spell(column);
    const pointer =
      name === undefined ? row.pointer : `${row.pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    this.listed.push({ pointer, code, detail: `${row.place}${name === undefined ? '' : `, ${name}`}: ${detail}` });
  }

  get none(): boolean {
    return this.count === 0;
  }

  /** The failure of the whole import: nothing of it is taken. */
  toFailure(code: string): Failure {
    const [first] = this.listed;
    const more = this.count > 1 ? ` (and ${this.count - 1} more)` : '';
    return {
      kind: 'invalid',
      code,
      detail: `Nothing was imported. ${first?.detail ?? ''}${more}`,
      errors: this.listed,
    };
  }
}
