/** What a request may use that is counted apart from tokens. The order is that of exports. */
export const USAGE_UNITS = [
  'webSearches',
  'fileSearches',
  'images',
  'audioSeconds',
  'documentPages',
  'annotatedPages',
] as const;

export type UsageUnit = (typeof USAGE_UNITS)[number];

/** Decimals of each unit's quantity: quantities are integers scaled by 10^decimals. */
export const USAGE_UNIT_DECIMALS: Readonly<Record<UsageUnit, number>> = {
  webSearches: 0,
  fileSearches: 0,
  images: 0,
  audioSeconds: 6,
  documentPages: 0,
  annotatedPages: 0,
};

/** Quantities of the units that were used, scaled; never 0. */
export type UnitCounts = Readonly<Partial<Record<UsageUnit, bigint>>>;
