import { formatPicos, parsePicos } from '#money';
import type { ChargeKind, ChargeUnit } from '#rating/domain';
import type { Modality, TokenClass, TokenCounts } from '#token';
import { type Correction, type CorrectionCause, lineHash, type Posting, type StatementLine } from '../domain/index.js';
import type { KeptLine } from '../service/close-store.js';

/** Of the columns of money. */
const DECIMALS = 12;

/** A row of `statement_line` as the driver gives it and as JSON takes it: numbers as text. */
export interface LineRow {
  readonly line_number: number;
  readonly team: string;
  readonly cost_center: string | null;
  readonly project: string | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly pool: string | null;
  readonly kind: ChargeKind;
  readonly token_class: TokenClass | null;
  readonly modality: Modality | null;
  readonly unit: ChargeUnit;
  readonly price_version_id: string | null;
  readonly policy_version: number | null;
  readonly requests: string;
  readonly quantity: string;
  readonly input_uncached: string | null;
  readonly cache_read: string | null;
  readonly cache_write_5m: string | null;
  readonly cache_write_1h: string | null;
  readonly output: string | null;
  readonly reasoning: string | null;
  readonly list_cost: string | null;
  readonly effective_cost: string | null;
  readonly billed_minor: string | null;
  readonly corrects_period: string | null;
  readonly correction_cause: CorrectionCause | null;
  readonly line_hash: string;
  readonly price_rules: string | null;
}

export const LINE_COLUMNS = [
  'line_number',
  'team',
  'cost_center',
  'project',
  'model',
  'provider',
  'pool',
  'kind',
  'token_class',
  'modality',
  'unit',
  'price_version_id',
  'policy_version',
  'requests',
  'quantity',
  'input_uncached',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'output',
  'reasoning',
  'list_cost',
  'effective_cost',
  'billed_minor',
  'corrects_period',
  'correction_cause',
  'line_hash',
  'price_rules',
] as const satisfies readonly (keyof LineRow)[];

export function lineToRow(line: StatementLine, lineNumber: number): LineRow {
  const { tokens } = line;
  const whole = (value: bigint | null | undefined) => (value === null || value === undefined ? null : value.toString());
  const money = (picos: bigint | null) => (picos === null ? null : formatPicos(picos));
  return {
    line_number: lineNumber,
    team: line.team,
    cost_center: line.costCenter,
    project: line.project,
    model: line.model,
    provider: line.provider,
    pool: line.pool,
    kind: line.kind,
    token_class: line.tokenClass,
    modality: line.modality,
    unit: line.unit,
    price_version_id: line.priceVersionId,
    policy_version: line.policyVersion,
    requests: line.requests.toString(),
    quantity: line.quantity.toString(),
    input_uncached: whole(tokens?.inputUncached),
    cache_read: whole(tokens?.cacheRead),
    cache_write_5m: whole(tokens?.cacheWrite5m),
    cache_write_1h: whole(tokens?.cacheWrite1h),
    output: whole(tokens?.output),
    reasoning: whole(tokens?.reasoning),
    list_cost: money(line.list),
    effective_cost: money(line.effective),
    billed_minor: whole(line.billed),
    corrects_period: line.correction?.period ?? null,
    correction_cause: line.correction?.cause ?? null,
    line_hash: lineHash(line),
    price_rules: line.priceRules ?? null,
  };
}

/** The line that a row holds now, whatever it held when it was written. */
export function lineFromRow(row: LineRow): KeptLine {
  const line: StatementLine = {
    team: row.team,
    costCenter: row.cost_center,
    project: row.project,
    model: row.model,
    provider: row.provider,
    pool: row.pool,
    kind: row.kind,
    tokenClass: row.token_class,
    modality: row.modality,
    unit: row.unit,
    priceVersionId: row.price_version_id,
    policyVersion: row.policy_version,
    ...(row.price_rules !== null && { priceRules: row.price_rules }),
    requests: BigInt(row.requests),
    quantity: BigInt(row.quantity),
    tokens: tokensFrom(row),
    list: picosFrom(row.list_cost),
    effective: picosFrom(row.effective_cost),
    billed: row.billed_minor === null ? null : BigInt(row.billed_minor),
    correction: correctionFrom(row),
  };
  return { lineNumber: row.line_number, line, hash: row.line_hash };
}

function correctionFrom({ corrects_period: period, correction_cause: cause }: LineRow): Correction | null {
  return period === null || cause === null ? null : { period, cause };
}

function tokensFrom(row: LineRow): TokenCounts | null {
  if (row.input_uncached === null) return null;
  const whole = (text: string | null) => BigInt(text ?? 0);
  return {
    inputUncached: whole(row.input_uncached),
    cacheRead: whole(row.cache_read),
    cacheWrite5m: whole(row.cache_write_5m),
    cacheWrite1h: whole(row.cache_write_1h),
    output: whole(row.output),
    reasoning: whole(row.reasoning),
  };
}

function picosFrom(text: string | null): bigint | null {
  if (text === null) return null;
  // As numeric(38, 12) is always written: without the point these are picos.
  if (text.at(-1 - DECIMALS) === '.') return BigInt(text.slice(0, -1 - DECIMALS) + text.slice(-DECIMALS));
  const picos = parsePicos(text);
  if (picos === undefined) throw new RangeError(`${text} is no amount`);
  return picos;
}

export interface PostingRow {
  readonly ledger_account: string;
  readonly cost_center: string | null;
  readonly team: string | null;
  readonly debit: string;
  readonly credit: string;
}

export function postingFromRow({
  ledger_account: ledgerAccount,
  cost_center,
  team,
  debit,
  credit,
}: PostingRow): Posting {
  return { ledgerAccount, costCenter: cost_center, team, debit: BigInt(debit), credit: BigInt(credit) };
}

export function postingToRow({ ledgerAccount, costCenter, team, debit, credit }: Posting, i: number) {
  return {
    posting_number: i + 1,
    ledger_account: ledgerAccount,
    cost_center: costCenter,
    team,
    debit: debit.toString(),
    credit: credit.toString(),
  };
}
