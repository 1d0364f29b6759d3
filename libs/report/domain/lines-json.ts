import { formatInstant } from '#calendar';
import { type StatementLine, stateOf } from '#statement/domain';
import { CHARGEBACK_COLUMNS } from './chargeback-columns.js';
import { textWriter } from './column.js';
import type { ExportFile, Piece } from './export-file.js';
import type { ExportSource } from './export-source.js';
import { type LinePages, linesFile } from './lines-file.js';
import type { Manifest } from './manifest.js';
import { remembering } from './remembering.js';

/** What all rows share stands once, before them. */
const SHARED = new Set(['billing_period', 'charge_period_start', 'charge_period_end', 'currency']);
const FIELDS = CHARGEBACK_COLUMNS.filter(({ name }) => !SHARED.has(name)).map((column) => ({
  name: toCamelCase(column.name),
  column,
}));

/** A chargeback as one JSON object whose `lines` are the rows. Every value is a string, so that numbers stay exact, or null. */
export function chargebackJsonOf(source: ExportSource): ExportFile<Manifest> {
  return linesFile(source, {
    name: 'chargeback',
    extension: 'json',
    mediaType: 'application/json',
    columns: FIELDS.map(({ name }) => name),
    encode: (pages) => jsonOf(source, pages),
  });
}

async function* jsonOf(source: ExportSource, pages: LinePages): AsyncGenerator<Piece> {
  const members = FIELDS.map(({ name, column }) => {
    const prefix = `${JSON.stringify(name)}:`;
    return remembering(textWriter(column, source.statements), (text) => prefix + JSON.stringify(text));
  });
  const rowOf = (line: StatementLine) => `{${members.map((member) => member(line)).join(',')}}`;
  yield `${JSON.stringify(headOf(source)).slice(0, -1)},"lines":[`;
  let separator = '\n';
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield separator + page.map(rowOf).join(',\n');
    separator = ',\n';
  }
  yield '\n]}\n';
}

function headOf({ statements, team }: ExportSource) {
  const { account, period, accruedTo, currency, closing } = statements;
  return {
    state: stateOf(statements),
    close: closing && { number: closing.closeNumber, hash: closing.hash, closedAt: formatInstant(closing.closedAt) },
    ...{ account, team, currency },
    billingPeriod: period.name,
    timeZone: period.timeZone,
    start: formatInstant(period.start),
    end: formatInstant(period.end),
    accruedTo: formatInstant(accruedTo),
  };
}

function toCamelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
