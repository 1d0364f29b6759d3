import { type BillingPeriod, formatInstant } from '#calendar';
import { formatMinor, formatPicos, scaledToDecimal } from '#money';
import { CHARGE_UNIT_DECIMALS } from '#rating/domain';
import { lineId, type StatementLine } from '#statement/domain';
import { csvRow, textCell } from './csv.js';

/** What every row of a chargeback shares. */
export interface ChargebackContext {
  readonly period: BillingPeriod;
  readonly currency: string;
}

interface Column {
  readonly name: string;
  /** The finished cell. */
  readonly render: (line: StatementLine, context: ChargebackContext) => string;
}

const text = (name: string, of: (line: StatementLine, context: ChargebackContext) => string | null): Column => ({
  name,
  render: (line, context) => textCell(of(line, context)),
});
const number = (name: string, of: (line: StatementLine, context: ChargebackContext) => string | null): Column => ({
  name,
  render: (line, context) => of(line, context) ?? '',
});
const picos = (amount: bigint | null): string | null => (amount === null ? null : formatPicos(amount));

/**
 * The columns of a chargeback, in their order. Columns are never renamed, moved or taken away; new ones come at the end.
 * Their meaning is in the README of this stage.
 */
const COLUMNS: readonly Column[] = [
  text('billing_period', (_, { period }) => period.name),
  text('charge_period_start', (_, { period }) => formatInstant(period.start)),
  text('charge_period_end', (_, { period }) => formatInstant(period.end)),
  text('team', ({ team }) => team),
  text('cost_center', ({ costCenter }) => costCenter),
  text('project', ({ project }) => project),
  text('model', ({ model }) => model),
  text('provider', ({ provider }) => provider),
  text('pool', ({ pool }) => pool),
  text('charge_kind', ({ kind }) => kind),
  text('token_class', ({ tokenClass }) => tokenClass),
  number('requests', ({ requests }) => requests.toString()),
  number('quantity', ({ quantity, unit }) => scaledToDecimal(quantity, CHARGE_UNIT_DECIMALS[unit])),
  text('unit', ({ unit }) => unit),
  number('list_cost', ({ list }) => picos(list)),
  number('effective_cost', ({ effective }) => picos(effective)),
  number('billed_amount', ({ billed }, { currency }) => (billed === null ? null : formatMinor(billed, currency))),
  text('currency', (_, { currency }) => currency),
  text('price_version', ({ priceVersionId }) => priceVersionId),
  number('policy_version', ({ policyVersion }) => policyVersion?.toString() ?? null),
  text('charge_class', ({ correction }) => (correction ? 'Correction' : null)),
  text('corrects_period', ({ correction }) => correction?.period ?? null),
  text('correction_cause', ({ correction }) => correction?.cause ?? null),
  text('line_id', (line, { period }) => lineId(period.name, line)),
  text('modality', ({ modality }) => modality),
];

export const CHARGEBACK_COLUMNS: readonly string[] = COLUMNS.map(({ name }) => name);

export function chargebackRow(line: StatementLine, context: ChargebackContext): string {
  return csvRow(COLUMNS.map(({ render }) => render(line, context)));
}
