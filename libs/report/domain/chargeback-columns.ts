import { CHARGE_UNIT_DECIMALS } from '#rating/domain';
import { lineId } from '#statement/domain';
import type { Column } from './column.js';

const COST_DECIMALS = 12;
/** Of the finest unit; what is counted in a coarser one is scaled up to it. */
const QUANTITY_DECIMALS = Math.max(...Object.values(CHARGE_UNIT_DECIMALS));

/**
 * The columns of a chargeback, in their order. Columns are never renamed, moved or taken away; new ones come at the end.
 * Their meaning is in the README of this stage.
 */
export const CHARGEBACK_COLUMNS: readonly Column[] = [
  { name: 'billing_period', type: 'text', of: (_, { period }) => period.name },
  { name: 'charge_period_start', type: 'instant', of: (_, { period }) => period.start },
  { name: 'charge_period_end', type: 'instant', of: (_, { period }) => period.end },
  { name: 'team', type: 'text', of: ({ team }) => team },
  { name: 'cost_center', type: 'text', of: ({ costCenter }) => costCenter },
  { name: 'project', type: 'text', of: ({ project }) => project },
  { name: 'model', type: 'text', of: ({ model }) => model },
  { name: 'provider', type: 'text', of: ({ provider }) => provider },
  { name: 'pool', type: 'text', of: ({ pool }) => pool },
  { name: 'charge_kind', type: 'text', of: ({ kind }) => kind },
  { name: 'token_class', type: 'text', of: ({ tokenClass }) => tokenClass },
  { name: 'requests', type: 'whole', of: ({ requests }) => requests },
  {
    name: 'quantity',
    type: 'decimal',
    decimals: QUANTITY_DECIMALS,
    of: ({ quantity, unit }) => quantity * 10n ** BigInt(QUANTITY_DECIMALS - CHARGE_UNIT_DECIMALS[unit]),
  },
  { name: 'unit', type: 'text', of: ({ unit }) => unit },
  { name: 'list_cost', type: 'decimal', decimals: COST_DECIMALS, of: ({ list }) => list },
  { name: 'effective_cost', type: 'decimal', decimals: COST_DECIMALS, of: ({ effective }) => effective },
  { name: 'billed_amount', type: 'minor', of: ({ billed }) => billed },
  { name: 'currency', type: 'text', of: (_, { currency }) => currency },
  { name: 'price_version', type: 'text', of: ({ priceVersionId }) => priceVersionId },
  {
    name: 'policy_version',
    type: 'whole',
    of: ({ policyVersion }) => (policyVersion === null ? null : BigInt(policyVersion)),
  },
  { name: 'charge_class', type: 'text', of: ({ correction }) => (correction ? 'Correction' : null) },
  { name: 'corrects_period', type: 'text', of: ({ correction }) => correction?.period ?? null },
  { name: 'correction_cause', type: 'text', of: ({ correction }) => correction?.cause ?? null },
  { name: 'line_id', type: 'text', of: (line, { period }) => lineId(period.name, line) },
  { name: 'modality', type: 'text', of: ({ modality }) => modality },
  { name: 'price_rules', type: 'text', of: ({ priceRules }) => priceRules ?? null },
];
