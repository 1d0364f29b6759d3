import type { Picos } from '#money';
import { CHARGE_KINDS, type ChargeKind, type ChargeUnit } from '#rating/domain';
import { INPUT_CLASSES, type Modality, OUTPUT_CLASSES, TOKEN_CLASSES, type TokenClass, type TokenCounts } from '#token';
import type { Correction } from './close/correction.js';

/** What charges must share to stand on one line of a statement. */
export interface LineFields {
  readonly team: string;
  readonly costCenter: string | null;
  readonly project: string | null;
  /** Null for capacity that nobody's usage explains. */
  readonly model: string | null;
  readonly provider: string | null;
  readonly pool: string | null;
  readonly kind: ChargeKind;
  readonly tokenClass: TokenClass | null;
  /** Of the tokens of the class; null for text, and for what is not per token. */
  readonly modality: Modality | null;
  readonly unit: ChargeUnit;
  readonly priceVersionId: string | null;
  readonly policyVersion: number | null;
  /** Only where cost is explored; see `FacetOf`. */
  readonly facet?: string;
  /** The versions of price rules that had a part in its cost, by their ids; absent where none had. */
  readonly priceRules?: string;
}

/** The sums of a line's charges; see `Charge` for their units. */
export interface LineAmounts {
  readonly requests: bigint;
  readonly quantity: bigint;
  readonly tokens: TokenCounts | null;
  /** Null when that of any charge is not known: a part of a price is no price. */
  readonly list: Picos | null;
  readonly effective: Picos | null;
}

export interface StatementLine extends LineFields, LineAmounts {
  /** What the team is billed: the effective cost in minor units of the account's currency. Null when it is not known. */
  readonly billed: bigint | null;
  /** Null for what the statement's own month owes; else the amounts are differences to what was billed for another. */
  readonly correction: Correction | null;
}

/** The canonical text of a line's fields: stable, unique in a statement, breaks ties of rounding. */
export function lineKey(fields: LineFields): string {
  return JSON.stringify(sortKey(fields));
}

/**
 * The order of lines wherever they are shown: by owner, corrections after the month's own, then by what was used, kinds and
 * classes in their own order.
 */
export function compareLines(a: StatementLine, b: StatementLine): number {
  return compareTexts(orderKey(a), orderKey(b));
}

/** The lines in their order. */
export function inOrder(lines: readonly StatementLine[]): StatementLine[] {
  const keyed = lines.map((line) => ({ line, key: orderKey(line) }));
  return keyed.sort((a, b) => compareTexts(a.key, b.key)).map(({ line }) => line);
}

/**
 * A text whose code units put lines in their order: value by value, null before all, numbers by their size. No name of
 * anything has the character that ends a value here.
 */
export function orderKey(line: StatementLine): string {
  const key = sortKey(line);
  let text = partOfOrder(line.team) + partOfOrder(line.correction?.period ?? null);
  // A line that price rules had no part in has fewer values, and comes before those that are like it otherwise.
  for (let i = 1; i < ORDER_VALUES; i += 1) text += partOfOrder(key[i] ?? null);
  return text;
}

/** `sortKey` with price rules, and a facet. */
const ORDER_VALUES = 14;
const UNIT_BITS = 16;

function partOfOrder(value: string | number | null): string {
  if (value === null) return '\0';
  if (typeof value === 'string') return `\u0001${value}\0`;
  return `\u0001${String.fromCharCode(value >>> UNIT_BITS, value & (2 ** UNIT_BITS - 1))}`;
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sortKey(fields: LineFields): readonly (string | number | null)[] {
  const { team, costCenter, project, model, provider, pool, kind, tokenClass, modality, unit } = fields;
  const { priceVersionId, policyVersion, priceRules, facet } = fields;
  const kindAt = CHARGE_KINDS.indexOf(kind);
  const classAt = tokenClass === null ? TOKEN_CLASSES.length : TOKEN_CLASSES.indexOf(tokenClass);
  const what = [kindAt, classAt, unit, policyVersion, priceVersionId, modality];
  const key = [team, costCenter, project, model, pool, provider, ...what];
  if (priceRules === undefined && facet === undefined) return key;
  return [...key, priceRules ?? null, ...(facet === undefined ? [] : [facet])];
}

/** Who the money goes to: the pool, else the provider. Amounts are rounded and reconciled party by party. */
export function partyOf({ pool, provider }: Pick<LineFields, 'pool' | 'provider'>): string {
  return pool === null ? `provider:${provider ?? ''}` : `pool:${pool}`;
}

/** The line's tokens of a class, whatever it is charged by. */
export function tokensOf(line: LineFields & LineAmounts, tokenClass: TokenClass): bigint {
  if (line.unit === 'tokens') return line.tokenClass === tokenClass ? line.quantity : 0n;
  return line.tokens?.[tokenClass] ?? 0n;
}

export function inputTokensOf(line: LineFields & LineAmounts): bigint {
  return INPUT_CLASSES.reduce((sum, tokenClass) => sum + tokensOf(line, tokenClass), 0n);
}

export function outputTokensOf(line: LineFields & LineAmounts): bigint {
  return OUTPUT_CLASSES.reduce((sum, tokenClass) => sum + tokensOf(line, tokenClass), 0n);
}
