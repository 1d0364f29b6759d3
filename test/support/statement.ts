import { parse } from 'csv-parse/sync';
import { formatPicos, parsePicos } from '#money';
import { ask, type Server } from './billing.js';

/** A line of the chargeback as its CSV says it. */
export type ChargebackRow = Readonly<Record<string, string>>;

/** The chargeback of a billing period, byte for byte. */
export async function chargebackCsv(server: Server, period: string): Promise<string> {
  const response = await server.request('GET', `/v1/statements/${period}/chargeback.csv`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`chargeback of ${period}: ${response.status} ${text}`);
  return text;
}

export function chargebackRows(csv: string): ChargebackRow[] {
  return parse<ChargebackRow>(csv, { columns: true });
}

export interface Verification {
  readonly agrees: boolean;
  readonly firstDifference: unknown;
}

/** Recomputes the period from its raw events. */
export function verify(server: Server, period: string): Promise<Verification> {
  return ask<Verification>(server, 'POST', `/v1/statements/${period}/verifications`);
}

/** Exact sums of a decimal column, in its smallest unit, over the rows of each value of another column. */
export function sumBy(rows: readonly ChargebackRow[], column: string, group: string): Record<string, string> {
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    const amount = parsePicos(row[column] ?? '');
    if (amount === undefined) throw new Error(`${column} holds ${JSON.stringify(row[column])}, which is no amount`);
    const key = row[group] ?? '';
    sums.set(key, (sums.get(key) ?? 0n) + amount);
  }
  return Object.fromEntries([...sums].map(([key, sum]) => [key, formatPicos(sum)]));
}
