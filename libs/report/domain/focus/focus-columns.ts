import { type BillingPeriod, formatInstant, parseBillingPeriod } from '#calendar';
import { formatMinor, formatPicos, scaledToDecimal } from '#money';
import { CHARGE_UNIT_DECIMALS } from '#rating/domain';
import { csvRow } from '../csv.js';
import { allocatedResourceIdOf, isAllocated, methodDetailsOf, methodIdOf } from './allocation.js';
import { contractedCostOf, isContractedKnown } from './contracted.js';
import { type FocusColumn, type FocusContext, nothing, number, text } from './focus-column.js';
import type { FocusVersion } from './focus-version.js';
import { NOWHERE, type PoolPlace } from './pool-place.js';
import { listCostOf, type PricedLine } from './priced-line.js';
import { CONSUMED_UNITS, pricingOf, unitPriceOf } from './pricing.js';
import { meterOf, resourceIdOf, skuIdOf, skuPriceDetailsOf, skuPriceIdOf } from './sku.js';
import { descriptionOf, SERVICE_CATEGORY, SERVICE_SUBCATEGORY, serviceNameOf, tagsOf } from './wording.js';

/** A correction or adjustment is a difference: it has no price of its own, and FOCUS asks for none. */
const ofOwn = <T>(line: PricedLine, value: () => T): T | null =>
  line.correction || isAdjustment(line) ? null : value();
const isAdjustment = ({ kind }: PricedLine) => kind === 'adjustment';
/** Nothing more was used where only an amount is put right. */
const ofUse = <T>(line: PricedLine, value: () => T): T | null => (isAdjustment(line) ? null : value());
const contracted = (line: PricedLine, { contracted: costs }: FocusContext) => contractedCostOf(line, costs);
const contractedPrice = (line: PricedLine, context: FocusContext) =>
  ofOwn(line, () => unitPriceOf(contracted(line, context), pricingOf(line)));
const listPrice = (line: PricedLine) => ofOwn(line, () => unitPriceOf(listCostOf(line), pricingOf(line)));
const effective = (line: PricedLine) => formatPicos(line.effective);
const currency = (_: PricedLine, { draft }: FocusContext) => draft.currency;
/** Who sells to teams and bills them: the account, whoever serves the tokens. */
const seller = (_: PricedLine, { draft }: FocusContext) => draft.account;
const periodStart = (_: PricedLine, { draft }: FocusContext) => formatInstant(draft.period.start);
const periodEnd = (_: PricedLine, { draft }: FocusContext) => formatInstant(draft.period.end);
/** When the charge arose: in the statement's month, or in the closed one that it corrects. */
const chargePeriod = ({ correction }: PricedLine, { draft: { period } }: FocusContext): BillingPeriod =>
  (correction && parseBillingPeriod(correction.period, period.timeZone)) ?? period;
/** Whose machines serve; who sells, where these are not of one provider. */
const host = (line: PricedLine, context: FocusContext) => {
  const known = line.pool === null ? line.provider : placeOfLine(line, context).host;
  return known ?? context.draft.account;
};
const region = (line: PricedLine, context: FocusContext) => placeOfLine(line, context).region;
const pricingQuantity = (line: PricedLine) =>
  ofOwn(line, () => {
    const { scaled, decimals } = pricingOf(line);
    return scaledToDecimal(scaled, decimals);
  });
/** 1.3 has the labels of what is allocated in a column of their own, and each label in one column only. */
const hasAllocatedTags = (line: PricedLine, { version }: FocusContext) => version === '1.3' && isAllocated(line);

function placeOfLine({ pool }: PricedLine, { places }: FocusContext): PoolPlace {
  return (pool === null ? undefined : places.get(pool)) ?? NOWHERE;
}

/**
 * The columns of FOCUS in the order of their names, then the house's own. Their meaning is in docs/formats.md. What a draft
 * has none of (discounts, reservations, invoices) has its column all the same, so that a table made for the version fits.
 */
const COLUMNS: readonly FocusColumn[] = [
  text('AllocatedMethodDetails', (line, { ratios }) => methodDetailsOf(line, ratios), '1.3'),
  text('AllocatedMethodId', methodIdOf, '1.3'),
  text('AllocatedResourceId', allocatedResourceIdOf, '1.3'),
  text('AllocatedResourceName', (line) => (isAllocated(line) ? (line.project ?? line.team) : null), '1.3'),
  text('AllocatedTags', (line) => (isAllocated(line) ? tagsOf(line) : null), '1.3'),
  nothing('AvailabilityZone'),
  number('BilledCost', ({ billed }, { draft }) => formatMinor(billed, draft.currency)),
  text('BillingAccountId', (_, { accountId }) => accountId.toString()),
  text('BillingAccountName', (_, { draft }) => draft.account),
  text('BillingAccountType', () => 'Account'),
  text('BillingCurrency', currency),
  text('BillingPeriodEnd', periodEnd),
  text('BillingPeriodStart', periodStart),
  nothing('CapacityReservationId'),
  nothing('CapacityReservationStatus'),
  text('ChargeCategory', (line) => (isAdjustment(line) ? 'Adjustment' : 'Usage')),
  text('ChargeClass', ({ correction }) => (correction ? 'Correction' : null)),
  text('ChargeDescription', descriptionOf),
  text('ChargeFrequency', (line) => (isAdjustment(line) ? 'Recurring' : 'Usage-Based')),
  text('ChargePeriodEnd', (line, context) => formatInstant(chargePeriod(line, context).end)),
  text('ChargePeriodStart', (line, context) => formatInstant(chargePeriod(line, context).start)),
  nothing('CommitmentDiscountCategory'),
  nothing('CommitmentDiscountId'),
  nothing('CommitmentDiscountName'),
  nothing('CommitmentDiscountQuantity'),
  nothing('CommitmentDiscountStatus'),
  nothing('CommitmentDiscountType'),
  nothing('CommitmentDiscountUnit'),
  number('ConsumedQuantity', (line) =>
    ofUse(line, () => scaledToDecimal(line.quantity, CHARGE_UNIT_DECIMALS[line.unit])),
  ),
  text('ConsumedUnit', (line) => ofUse(line, () => CONSUMED_UNITS[line.unit])),
  nothing('ContractApplied', '1.3'),
  number('ContractedCost', (line, context) => formatPicos(contracted(line, context))),
  number('ContractedUnitPrice', contractedPrice),
  number('EffectiveCost', effective),
  text('HostProviderName', host, '1.3'),
  nothing('InvoiceId'),
  text('InvoiceIssuerName', seller),
  number('ListCost', (line) => formatPicos(listCostOf(line))),
  number('ListUnitPrice', listPrice),
  text('PricingCategory', (line) => ofUse(line, () => (line.pool === null ? 'Standard' : 'Other'))),
  text('PricingCurrency', currency),
  number('PricingCurrencyContractedUnitPrice', contractedPrice),
  number('PricingCurrencyEffectiveCost', effective),
  number('PricingCurrencyListUnitPrice', listPrice),
  number('PricingQuantity', pricingQuantity),
  text('PricingUnit', (line) => ofOwn(line, () => pricingOf(line).unit)),
  text('ProviderName', seller),
  text('PublisherName', (line, context) => (line.pool === null ? line.provider : null) ?? seller(line, context)),
  text('RegionId', region),
  text('RegionName', region),
  text('ResourceId', resourceIdOf),
  text('ResourceName', ({ pool, model }) => pool ?? model),
  text('ResourceType', ({ pool }) => (pool === null ? 'Model' : 'Pool')),
  text('ServiceCategory', () => SERVICE_CATEGORY),
  text('ServiceName', serviceNameOf),
  text('ServiceProviderName', seller, '1.3'),
  text('ServiceSubcategory', () => SERVICE_SUBCATEGORY),
  text('SkuId', skuIdOf),
  text('SkuMeter', meterOf),
  text('SkuPriceDetails', skuPriceDetailsOf),
  text('SkuPriceId', skuPriceIdOf),
  text('SubAccountId', ({ team }) => team),
  text('SubAccountName', ({ team }) => team),
  text('SubAccountType', () => 'Team'),
  text('Tags', (line, context) => (hasAllocatedTags(line, context) ? null : tagsOf(line))),
  text('x_ChargeKind', ({ kind }) => kind),
  text('x_TokenClass', ({ tokenClass }) => tokenClass),
  text('x_Model', ({ model }) => model),
  text('x_Provider', ({ provider }) => provider),
  text('x_Pool', ({ pool }) => pool),
  number('x_RequestCount', ({ requests }) => requests.toString()),
  text('x_ListCostKnown', ({ list }) => String(list !== null)),
  text('x_PriceVersion', ({ priceVersionId }) => priceVersionId),
  number('x_PolicyVersion', ({ policyVersion }) => policyVersion?.toString() ?? null),
  text('x_CorrectsPeriod', ({ correction }) => correction?.period ?? null),
  text('x_CorrectionCause', ({ correction }) => correction?.cause ?? null),
  text('x_Modality', ({ modality }) => modality),
  text('x_PriceRules', ({ priceRules }) => priceRules ?? null),
  text('x_ContractedCostKnown', (line, { contracted: costs }) => String(isContractedKnown(line, costs))),
];

/** The columns that a version has. */
export function focusColumns(version: FocusVersion): readonly FocusColumn[] {
  return COLUMNS.filter(({ since }) => since <= version);
}

export function focusRow(columns: readonly FocusColumn[], line: PricedLine, context: FocusContext): string {
  return csvRow(columns.map(({ render }) => render(line, context)));
}
