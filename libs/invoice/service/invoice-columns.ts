/** What is read of a bill's row. */
export const INVOICE_FIELDS = [
  'provider',
  'invoiceNumber',
  'kind',
  'credits',
  'period',
  'periodEnd',
  'issued',
  'currency',
  'subAccount',
  'sku',
  'description',
  'resource',
  'tags',
  'pool',
  'model',
  'region',
  'category',
  'usageFrom',
  'usageTo',
  'quantity',
  'unit',
  'amount',
  'tax',
] as const;
export type InvoiceField = (typeof INVOICE_FIELDS)[number];

/**
 * `csv`: the house's own columns. `focus`: FOCUS Cost and Usage, 1.0 to 1.3, by what is invoiced (`BilledCost`);
 * `focus_effective`: the same by what is amortised (`EffectiveCost`).
 */
export const INVOICE_FORMATS = ['csv', 'focus', 'focus_effective'] as const;
export type InvoiceFormat = (typeof INVOICE_FORMATS)[number];

/** The columns that may hold each field, as headers spell them; the first that has a value counts. */
type Columns = Readonly<Partial<Record<InvoiceField, readonly string[]>>>;

const CSV: Columns = {
  provider: ['provider'],
  invoiceNumber: ['invoice_number'],
  kind: ['kind'],
  credits: ['credits'],
  period: ['period'],
  issued: ['issued'],
  currency: ['currency'],
  subAccount: ['sub_account'],
  sku: ['sku'],
  description: ['description'],
  resource: ['resource'],
  tags: ['tags'],
  pool: ['pool'],
  model: ['model'],
  region: ['region'],
  category: ['category'],
  usageFrom: ['usage_from'],
  usageTo: ['usage_to'],
  quantity: ['quantity'],
  unit: ['unit'],
  amount: ['amount'],
  tax: ['tax'],
};

/** 1.3 renames the provider; 1.0 has no unit that is consumed for purchases. */
const FOCUS: Columns = {
  provider: ['ServiceProviderName', 'ProviderName', 'InvoiceIssuerName', 'InvoiceIssuer'],
  invoiceNumber: ['InvoiceId'],
  period: ['BillingPeriodStart'],
  periodEnd: ['BillingPeriodEnd'],
  currency: ['BillingCurrency'],
  subAccount: ['SubAccountId'],
  sku: ['SkuId'],
  description: ['ChargeDescription'],
  resource: ['ResourceId'],
  tags: ['Tags'],
  pool: ['x_Pool'],
  model: ['x_Model'],
  region: ['RegionId', 'Region'],
  category: ['ChargeCategory'],
  usageFrom: ['ChargePeriodStart'],
  usageTo: ['ChargePeriodEnd'],
  quantity: ['ConsumedQuantity', 'PricingQuantity', 'UsageQuantity'],
  unit: ['ConsumedUnit', 'PricingUnit', 'UsageUnit'],
  amount: ['BilledCost'],
};

export const COLUMNS_OF: Readonly<Record<InvoiceFormat, Columns>> = {
  csv: CSV,
  focus: FOCUS,
  focus_effective: { ...FOCUS, amount: ['EffectiveCost'] },
};

/** Columns without which no row can be read. */
export function requiredColumns(format: InvoiceFormat): readonly string[] {
  const { amount = [], currency = [] } = COLUMNS_OF[format];
  return [...amount, ...currency];
}

/** All columns that are read; others are not. */
export function knownColumns(format: InvoiceFormat): readonly string[] {
  return Object.values(COLUMNS_OF[format]).flat();
}
