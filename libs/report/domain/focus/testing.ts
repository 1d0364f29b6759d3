import type { CostRecord, PoolPolicy, SharedSplit } from '#cost-record/domain';
import { type InvoiceInputs, NO_INVOICES } from '#invoice/domain';
import type { MeteredUsage, UsageDimension } from '#metering/domain';
import {
  type BilledSharedPool,
  type DraftStatements,
  linesOf,
  pagesOf,
  type StatementLine,
  withCorrections,
} from '#statement/domain';
import type { TokenCounts } from '#token';
import { outputWeight } from '../../../allocation/domain/testing.js';
import { purchaseOf, sharedCostOf } from '../../../cost-record/domain/testing.js';
import { amountOf, policyFor } from '../../../invoice/domain/testing.js';
import { bookOf, priceOf, usageOf } from '../../../rating/domain/testing.js';
import { billInputsOf, draftOf, quarter, recordOf } from '../../../statement/domain/testing.js';
import { PoolParts } from './allocation.js';
import { contractedPools } from './contracted.js';
import { focusOf, focusTable } from './focus.js';
import type { FocusContext } from './focus-column.js';
import type { FocusVersion } from './focus-version.js';
import { placeOf } from './pool-place.js';
import { isPriced, type PricedLine } from './priced-line.js';

/** Two instances bought for three quarters of an hour, at prices that nothing divides; one of them ran for the first. */
const BOUGHT = purchaseOf({
  pool: 'bought',
  validTo: quarter(3),
  instanceMicros: 2_000_000n,
  upfront: 11_000_000_000_001n,
  listHourlyRate: 98_320_000_000_000n,
  contractedHourlyRate: 77_770_000_000_001n,
  recordedFrom: quarter(0),
});
const RAN = recordOf({ pool: 'bought', pricingModel: 'reserved', quarters: 1, hourlyRate: 0n });

const MIXED: readonly CostRecord[] = [
  recordOf({ pool: 'h100', quarters: 4 }),
  // A spot instance of a price that divides by nothing, whose public price nobody wrote down.
  recordOf({ pool: 'spot', pricingModel: 'spot', quarters: 3, hourlyRate: 7_770_000_000_001n, listHourlyRate: null }),
  recordOf({ pool: 'timed', quarters: 2, region: 'eu-west-1' }),
  recordOf({ pool: 'timed', quarters: 1, region: 'eu-north-1' }),
  RAN,
];

const policy = (pool: string, version: number, over: Partial<PoolPolicy> = {}): PoolPolicy => ({
  ...{ pool, version, validFrom: 0, attribution: outputWeight(2_000_000n), idle: 'separate' },
  ...over,
});
const POLICIES = [
  policy('h100', 3),
  policy('spot', 1, { idle: 'proportional' }),
  policy('timed', 2, { attribution: { basis: 'inference_time' } }),
  policy('bought', 1),
];

const list = priceOf({
  priceVersionId: '77',
  rates: [
    { contextFrom: 0n, picosPerToken: { inputUncached: 2_500_000n, output: 10_000_000n }, picosPerRequest: 4_000_000n },
    { contextFrom: 200_000n, picosPerToken: { inputUncached: 5_000_000n }, picosPerRequest: 0n },
  ],
});
const contract = priceOf({
  priceVersionId: '78',
  kind: 'contract',
  rates: [{ contextFrom: 0n, picosPerToken: { output: 9_000_000n }, picosPerRequest: null }],
});
const contractOnly = priceOf({
  priceVersionId: '79',
  kind: 'contract',
  rates: [{ contextFrom: 0n, picosPerToken: { inputUncached: 1n, output: 3n }, picosPerRequest: 0n }],
});

const use = (
  at: number,
  dimension: Partial<UsageDimension>,
  tokens: Partial<TokenCounts>,
  more: Partial<Omit<MeteredUsage, 'dimension' | 'tokens'>> = {},
) => usageOf({ chargePeriod: quarter(at), dimension, tokens, ...more });

const MIXED_USAGE = [
  use(0, { team: 'a', pool: 'h100', project: 'p, "q"', costCenter: 'cc-1' }, { inputUncached: 10n, output: 3n }),
  use(1, { team: 'b', pool: 'h100' }, { inputUncached: 7n, cacheRead: 5n, output: 1n }),
  use(1, { team: 'stranger', pool: 'h100' }, { inputUncached: 11n }),
  use(0, { team: 'a', pool: 'spot', model: 'a/b%-' }, { inputUncached: 17n, output: 13n }),
  use(1, { team: '=b', pool: 'spot', model: '-' }, { output: 29n }),
  use(0, { team: 'a', pool: 'timed' }, { output: 5n }, { requests: 2n, inferenceMicros: 333_333n }),
  use(0, { team: 'b', pool: 'timed' }, { output: 5n }, { inferenceMicros: 1_000_001n }),
  use(0, { team: 'a', pool: 'bought' }, { inputUncached: 7n, output: 2n }),
  use(0, { team: 'b', pool: 'bought' }, { output: 1n }),
  use(0, { team: 'a', provider: 'openai', model: 'gpt' }, { inputUncached: 1_234n, output: 567n }),
  use(0, { team: 'a', provider: 'openai', model: 'gpt', contextFrom: 200_000n }, { inputUncached: 300_001n }),
  use(0, { team: 'b', provider: 'acme', model: 'own' }, { inputUncached: 1n, output: 1n }),
  use(0, { team: 'b', provider: 'openai', model: 'unheard-of' }, { inputUncached: 40n, output: 2n }),
  use(0, { team: 'b', pool: 'nobody-pays' }, { inputUncached: 9n }, { requests: 3n }),
];

/** A statement with all that a file must bear: pools (used, idle, spot, timed), priced, unattributed and unpriced usage. */
export function mixedDraft(currency = 'USD', invoices: InvoiceInputs = NO_INVOICES): DraftStatements {
  const inputs = billInputsOf({
    currency,
    teams: [
      { team: 'a', versions: [] },
      { team: 'b', versions: [{ version: 1, validFrom: 0, costCenter: 'cc-2' }] },
      '=b',
    ],
    sharedPools: sharedPools(currency),
    invoices,
    book: bookOf({ gpt: { list, contract }, own: { contract: contractOnly } }),
    pools: POLICIES.map((of) => ({
      pool: of.pool,
      policies: [of],
      records: MIXED.filter(({ pool }) => pool === of.pool).map((record) => ({ ...record, currency })),
      purchases: of.pool === 'bought' ? [{ ...BOUGHT, currency }] : [],
    })),
  });
  return draftOf(inputs, MIXED_USAGE);
}

/** Storage over teams, and support over pools with more of it given back than it cost. */
function sharedPools(currency: string): BilledSharedPool[] {
  const november = { validFrom: quarter(0), validTo: quarter(2880), currency };
  const pool = (name: string, split: SharedSplit, ...amounts: bigint[]) => ({
    pool: name,
    policies: [{ pool: name, version: 1, validFrom: 0, split }],
    sharedCosts: amounts.map((amount) => sharedCostOf({ ...november, pool: name, amount })),
  });
  return [
    pool('storage', { over: 'teams', by: 'attributed_cost' }, 12_345_678_901_234n),
    pool('support', { over: 'pools', by: 'attributed_cost', pools: null }, 3_000_000_000_000n, -7_000_000_000_001n),
  ];
}

export function mixedFocus(version: FocusVersion = '1.2', team: string | null = null, draft = mixedDraft()) {
  return focusOf({ statements: pagesOf(draft), team }, contextOf(version, draft));
}

export function pricedLines(): PricedLine[] {
  return linesOf(mixedDraft()).filter(isPriced);
}

/** The rows of a FOCUS file of all teams as text, at once. */
export function mixedFocusCsv(version: FocusVersion = '1.2', draft = mixedDraft()): string {
  const { columns, rowOf } = focusTable(contextOf(version, draft));
  return `${columns.join(',')}\r\n${linesOf(draft).map(rowOf).join('')}`;
}

export function contextOf(version: FocusVersion, draft: DraftStatements): FocusContext {
  const placed = POLICIES.map(({ pool }) => [pool, placeOf(MIXED.filter((record) => record.pool === pool))] as const);
  const parts = new PoolParts();
  if (version !== '1.2') for (const line of linesOf(draft)) parts.add(line);
  const contracted = contractedPools(pagesOf(draft).poolCosts);
  return { version, draft, accountId: 1, places: new Map(placed), ratios: parts.ratios(), contracted };
}

/** The same statement trued up to invoices: a pool to less than it was metered, a provider to more. */
export function truedUpDraft(): DraftStatements {
  return mixedDraft('USD', {
    ...NO_INVOICES,
    amounts: [
      amountOf({ pool: 'h100', amount: 50_000_000_000_000n }),
      amountOf({ invoiceId: '2', provider: 'openai', amount: 9_000_000_000_000n }),
    ],
    policies: [policyFor('pool:h100', { version: 4 }), policyFor('provider:openai', { version: 4 })],
  });
}

/** The same statement with corrections of the month before: less of each line, some in cost alone. */
export function correctedDraft(): DraftStatements {
  const draft = mixedDraft();
  const corrections = draft.teams
    .flatMap(({ lines }) => lines)
    .map((line, i): StatementLine => {
      const less = (amount: bigint | null) => (amount === null ? null : -(amount / 3n));
      const { requests, quantity, list, effective, billed } = line;
      const amounts = { list: less(list), effective: less(effective), billed: less(billed) };
      const usage = i % 2 === 0 ? { requests: 0n, quantity: 0n } : { requests: -requests, quantity: -quantity };
      return { ...line, ...usage, ...amounts, tokens: null, correction: { period: '2023-10', cause: 'share' } };
    });
  return withCorrections(draft, corrections, [], () => true);
}
