import { type EpochMs, isChargePeriodEdge } from '#calendar';
import { type ImportRow, type RowFailures, RowReader } from '#outcome';
import { PRICE_RULE_KINDS, type PriceRuleKind, RULE_VALUE_DECIMALS, tierNamed } from '../domain/index.js';
import type { PriceRuleDraft } from './price-rule-store.js';

/** The columns of a price rule, as the CSV header spells them. */
export const PRICE_RULE_COLUMNS = {
  required: ['kind', 'value', 'from'],
  optional: ['provider', 'model', 'service_tier', 'team', 'cost_center', 'currency', 'to'],
} as const;

const PERCENT_MAX = 100n * 10n ** BigInt(RULE_VALUE_DECIMALS);
const VALUE_MAX: Readonly<Partial<Record<PriceRuleKind, bigint>>> = {
  tier_multiplier: PERCENT_MAX,
  discount: PERCENT_MAX,
  markup: 10n * PERCENT_MAX,
};

/** What narrows a rule down; a kind without the column is for all teams, tiers or models alike. */
const COLUMNS_OF: Readonly<
  Record<PriceRuleKind, { readonly must: readonly string[]; readonly may: readonly string[] }>
> = {
  tier_multiplier: { must: ['service_tier'], may: ['provider', 'model'] },
  discount: { must: [], may: ['provider', 'model', 'service_tier', 'team', 'cost_center'] },
  markup: { must: [], may: ['provider', 'model', 'service_tier', 'team', 'cost_center'] },
  minimum: { must: ['provider', 'currency'], may: ['model'] },
};
const SCOPE_COLUMNS = ['provider', 'model', 'service_tier', 'team', 'cost_center', 'currency'] as const;

export interface PriceRuleRules {
  readonly currency: string;
  /** Whether an instant is where a billing period of the account begins. */
  readonly isMonthEdge: (at: EpochMs) => boolean;
}

/** The rule that a row says, undefined when something is wrong with it; what, is in `failures` then. */
export function readPriceRuleRow(
  row: ImportRow,
  rules: PriceRuleRules,
  failures: RowFailures,
): PriceRuleDraft | undefined {
  const reader = new RowReader(row, failures, 'pricing');
  const kind = readKind(reader);
  if (kind === undefined) return undefined;
  const isScoped = hasItsColumns(reader, kind);
  const value = readValue(reader, kind);
  const scope = readScope(reader);
  const currency = kind === 'minimum' ? reader.currency('currency', rules.currency) : null;
  const validFrom = onEdge(reader, kind, 'from', reader.instant('from'), rules);
  const validTo = onEdge(reader, kind, 'to', reader.optionalInstant('to'), rules);
  if (typeof validFrom === 'number' && typeof validTo === 'number' && validTo <= validFrom)
    return reader.refuse('to', 'bad_interval', 'must be after from; the end is exclusive');
  if (!isScoped || !scope || value === undefined || currency === undefined) return undefined;
  if (typeof validFrom !== 'number' || validTo === undefined) return undefined;
  return { kind, ...scope, value, currency, validFrom, validTo };
}

function readKind(reader: RowReader): PriceRuleKind | undefined {
  const text = reader.text('kind');
  if (text === undefined) return undefined;
  const found = PRICE_RULE_KINDS.find((kind) => kind === text.toLowerCase());
  return (
    found ??
    reader.refuse('kind', 'unknown_rule_kind', `${JSON.stringify(text)} is none of ${PRICE_RULE_KINDS.join(', ')}`)
  );
}

function hasItsColumns(reader: RowReader, kind: PriceRuleKind): boolean {
  const { must, may } = COLUMNS_OF[kind];
  let complete = true;
  for (const column of SCOPE_COLUMNS) {
    const isEmpty = reader.optionalText(column) === null;
    if (isEmpty && must.includes(column)) {
      reader.refuse(column, 'missing_value', `must not be empty for a ${kind}`);
      complete = false;
    }
    if (!isEmpty && !must.includes(column) && !may.includes(column)) {
      reader.refuse(column, 'column_of_another_kind', `has no meaning for a ${kind} and must be empty`);
      complete = false;
    }
  }
  return complete;
}

function readValue(reader: RowReader, kind: PriceRuleKind): bigint | undefined {
  const value = reader.decimal('value', RULE_VALUE_DECIMALS);
  const max = VALUE_MAX[kind];
  if (value === undefined || max === undefined || value <= max) return value;
  const most = max / 10n ** BigInt(RULE_VALUE_DECIMALS);
  return reader.refuse('value', 'value_out_of_range', `of a ${kind} must be at most ${most}`);
}

function readScope(reader: RowReader) {
  const provider = reader.optionalText('provider');
  const model = reader.optionalText('model');
  const serviceTier = reader.optionalText('service_tier');
  const team = reader.optionalText('team');
  const costCenter = reader.optionalText('cost_center');
  if (provider === undefined || model === undefined || serviceTier === undefined) return undefined;
  if (team === undefined || costCenter === undefined) return undefined;
  return {
    provider: provider?.toLowerCase() ?? '',
    model: model?.toLowerCase() ?? '',
    serviceTier: serviceTier === null ? '' : tierNamed(serviceTier),
    team: team ?? '',
    costCenter: costCenter ?? '',
  };
}

/** A bucket of usage has one price, so rules change only where buckets do; a commitment is for whole billing periods. */
function onEdge<T extends EpochMs | null | undefined>(
  reader: RowReader,
  kind: PriceRuleKind,
  column: string,
  at: T,
  { isMonthEdge }: PriceRuleRules,
): T | undefined {
  if (typeof at !== 'number') return at;
  if (kind === 'minimum' && !isMonthEdge(at))
    return reader.refuse(column, 'not_on_month_edge', "must be where a month begins in the account's zone");
  if (isChargePeriodEdge(at)) return at;
  return reader.refuse(column, 'not_on_period_edge', 'must be a full quarter of an hour in UTC, such as 12:15:00');
}
