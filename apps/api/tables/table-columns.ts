import type { Failure } from '#outcome';

/** The columns of a table that callers import, as the CSV header spells them: snake case. */
export interface TableColumns {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** More rows than anybody keeps in one file; a bound on what one request makes us hold. */
export const ROWS_MAX = 100_000;

export function refused(code: string, detail: string): Failure {
  return { kind: 'invalid', code: `table.${code}`, detail };
}

export const TOO_MANY_ROWS: Failure = {
  kind: 'too_large',
  code: 'table.too_many_rows',
  detail: `A table has at most ${ROWS_MAX} rows; send several.`,
};
export const NO_ROWS = refused('no_rows', 'The table has no rows.');

/** The table as a JSON list, for the OpenAPI document; all values are strings. */
export function tableSchema({ required, optional }: TableColumns) {
  const names = (columns: readonly string[]): string[] => columns.map(toCamelCase);
  return {
    type: 'array',
    items: {
      type: 'object',
      required: names(required),
      properties: Object.fromEntries(names([...required, ...optional]).map((name) => [name, { type: 'string' }])),
      additionalProperties: false,
    },
  };
}

/** How JSON spells a column: `hourly_rate` is `hourlyRate`. */
export function toCamelCase(column: string): string {
  return column.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
