import type { MeteredUsage } from '#metering/domain';
import { TOKEN_CLASSES, USAGE_UNITS } from '#token';
import type { DraftStatements } from './draft.js';
import { lineKey, type StatementLine } from './line.js';

/** Something that is not what it is when computed anew. */
export interface Difference {
  readonly what: 'bucket' | 'line' | 'total' | 'identity' | 'intake' | 'close' | 'ledger';
  /** Where: the charge period and dimension of a bucket, the fields of a line, the name of a pool. */
  readonly where: string;
  /** As recomputed from the raw events. */
  readonly expected: string;
  readonly found: string;
}

/** The first difference between buckets of one charge period and the sums of its events, in the order of dimension keys. */
export function differenceOfBuckets(
  events: readonly MeteredUsage[],
  buckets: readonly MeteredUsage[],
  chargePeriod: string,
): Difference | undefined {
  const [expected, found] = [events, buckets].map(
    (rows) => new Map(rows.map((row) => [row.dimensionKey, describeRow(row)])),
  );
  return differenceOf('bucket', expected, found, (key) => `${chargePeriod} ${key}`);
}

/** The first difference between two drafts, in the order of their lines. */
export function differenceOfLines(expected: DraftStatements, found: DraftStatements): Difference | undefined {
  const [left, right] = [expected, found].map(
    ({ teams }) => new Map(teams.flatMap(({ lines }) => lines.map((line) => [lineKey(line), describeLine(line)]))),
  );
  return differenceOf('line', left, right, (key) => key);
}

/** Where a draft does not add up: pool by pool against its cost, and as a whole. */
export function differenceOfTotals({ pools, providers, teams, summary }: DraftStatements): Difference | undefined {
  for (const { pool, cost, unexplained, total } of pools) {
    const where = `pool ${pool}`;
    if (unexplained !== 0n)
      return { what: 'total', where, expected: '0 unexplained picos', found: unexplained.toString() };
    const billed = cost?.billed ?? 0n;
    if (billed !== total.billed)
      return { what: 'total', where, expected: billed.toString(), found: total.billed.toString() };
  }
  const whole = summary.total.billed;
  const corrections = summary.corrections.billed;
  const parts = [...pools, ...providers].reduce((sum, { total }) => sum + total.billed, corrections);
  if (parts !== whole)
    return { what: 'total', where: 'pools and providers', expected: whole.toString(), found: parts.toString() };
  const statements = teams.reduce((sum, { total }) => sum + total.billed, 0n);
  if (statements === whole) return undefined;
  return { what: 'total', where: 'teams', expected: whole.toString(), found: statements.toString() };
}

const NOTHING = 'nothing';

function differenceOf(
  what: Difference['what'],
  expected: ReadonlyMap<string, string> = new Map(),
  found: ReadonlyMap<string, string> = new Map(),
  whereOf: (key: string) => string,
): Difference | undefined {
  const differs = (key: string) => expected.get(key) !== found.get(key);
  const [first] = [...new Set([...expected.keys(), ...found.keys()])].filter(differs).sort();
  if (first === undefined) return undefined;
  return { what, where: whereOf(first), expected: expected.get(first) ?? NOTHING, found: found.get(first) ?? NOTHING };
}

function describeRow(row: MeteredUsage): string {
  const { requests, tokens, inferenceMicros, prefillMicros, decodeMicros, untimedRequests, units } = row;
  const counts = TOKEN_CLASSES.map((tokenClass) => `${tokenClass} ${tokens[tokenClass].toString()}`);
  const times = `inference ${inferenceMicros.toString()} µs, prefill ${prefillMicros.toString()} µs, decode ${decodeMicros.toString()} µs`;
  const counted = USAGE_UNITS.flatMap((unit) => (units[unit] ? [`, ${unit} ${units[unit].toString()}`] : [])).join('');
  return `${requests.toString()} requests, ${counts.join(', ')}, ${times}, ${untimedRequests.toString()} untimed${counted}`;
}

function describeLine({ requests, quantity, tokens, list, effective, billed }: StatementLine): string {
  const amount = (value: bigint | null) => (value === null ? 'unknown' : value.toString());
  const counts =
    tokens === null ? '' : ` of ${TOKEN_CLASSES.map((tokenClass) => tokens[tokenClass].toString()).join('/')} tokens`;
  return `${requests.toString()} requests, quantity ${quantity.toString()}${counts}, list ${amount(list)} picos, effective ${amount(effective)} picos, billed ${amount(billed)}`;
}
