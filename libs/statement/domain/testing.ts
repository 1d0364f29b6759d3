import { CHARGE_PERIOD_MS, parseBillingPeriod } from '#calendar';
import { type CapacityPurchase, type CostRecord, type PoolPolicy, spreadCost } from '#cost-record/domain';
import type { MappingRule, TeamInputs } from '#directory/domain';
import { NO_INVOICES } from '#invoice/domain';
import {
  type KeyedDimension,
  type MeteredUsage,
  TOKEN_MEASURES,
  USAGE_MEASURES,
  type UsageBlock,
} from '#metering/domain';
import { bookOf } from '../../rating/domain/testing.js';
import { assembleDraft } from './assemble-draft.js';
import type { BillInputs } from './bill-inputs.js';
import { BillSums } from './bill-sums.js';
import { BillUsage } from './bill-usage.js';
import { BillColumns } from './columns/bill-columns.js';
import type { DraftStatements } from './draft.js';
import { Owners } from './owners.js';

export interface BillExample extends Partial<Omit<BillInputs, 'pools' | 'owners' | 'period'>> {
  readonly month?: string;
  readonly timeZone?: string;
  readonly currency?: string;
  readonly teams?: readonly (string | TeamInputs)[];
  readonly mappingRules?: readonly MappingRule[];
  readonly pools?: readonly {
    readonly pool: string;
    readonly policies: readonly PoolPolicy[];
    readonly records: readonly CostRecord[];
    readonly purchases?: readonly CapacityPurchase[];
  }[];
}

/** What a bill is made of, for a test: November 2023 in UTC and USD unless it says otherwise. */
export function billInputsOf(example: BillExample = {}): BillInputs {
  const {
    month = '2023-11',
    timeZone = 'UTC',
    currency = 'USD',
    teams = [],
    mappingRules = [],
    pools = [],
    ...rest
  } = example;
  const period = parseBillingPeriod(month, timeZone);
  if (!period) throw new RangeError(`${month} is not a month`);
  const accruedTo = rest.accruedTo ?? period.end;
  const isOver = rest.isOver ?? accruedTo === period.end;
  const known = teams.map((team) => (typeof team === 'string' ? { team, versions: [] } : team));
  return {
    account: { accountId: 1, name: 'default', timeZone, currency, platformTeam: 'platform' },
    period,
    book: bookOf({}),
    priceRules: [],
    fxRates: [],
    costCenters: [],
    sharedPools: [],
    invoices: NO_INVOICES,
    ...rest,
    accruedTo,
    isOver,
    owners: new Owners(known, mappingRules),
    pools: pools.map(({ pool, policies, records, purchases = [] }) => {
      const costs = spreadCost(records, period.start, accruedTo, purchases);
      const byPeriod = new Map(costs.map((cost) => [cost.chargePeriod, cost]));
      return { pool, policies, costs: byPeriod, costRecords: records, purchases };
    }),
  };
}

/** A mapping rule for a test: usage of team `stranger` is of `ads`, at any time, unless it says otherwise. */
export function mappingRuleOf(rule: Partial<MappingRule> = {}): MappingRule {
  const of = { match: 'team', tagKey: '', pattern: 'stranger', overridesKnown: false } as const;
  const to = { team: 'ads', project: null, costCenter: null };
  return { mappingRuleId: '1', version: 1, ...of, validFrom: 0, validTo: null, ...to, ...rule };
}

/** One instance of a pool from the n-th quarter of an hour of November 2023 (UTC), for so many. */
export function recordOf(
  record: Partial<CostRecord> & { readonly from?: number; readonly quarters?: number } = {},
): CostRecord {
  const { from = 0, quarters = 4, ...given } = record;
  const validFrom = Date.UTC(2023, 10, 1) + from * CHARGE_PERIOD_MS;
  return {
    costRecordId: '018bd2a2-0000-7000-8000-000000000000',
    version: 1,
    pool: 'h100',
    provider: 'aws',
    region: 'us-east-1',
    instanceType: 'p5.48xlarge',
    pricingModel: 'on_demand',
    validFrom,
    validTo: validFrom + quarters * CHARGE_PERIOD_MS,
    hourlyRate: 55_040_000_000_000n,
    listHourlyRate: 55_040_000_000_000n,
    currency: 'USD',
    instanceMicros: 1_000_000n,
    ...given,
  };
}

/** Start of the n-th charge period of November 2023 (UTC). */
export function quarter(n: number): number {
  return Date.UTC(2023, 10, 1) + n * CHARGE_PERIOD_MS;
}

/** The draft that usage comes to, the plain way. */
export function draftOf(inputs: BillInputs, usage: readonly MeteredUsage[]): DraftStatements {
  const sums = new BillSums(inputs.account.platformTeam);
  const bill = new BillUsage(inputs, sums);
  for (const [period, rows] of byPeriod(usage)) bill.billPeriod(period, rows);
  bill.billUnused();
  return assembleDraft(inputs, sums);
}

/** The same by columns, and what these deferred. */
export function draftByColumns(inputs: BillInputs, usage: readonly MeteredUsage[], periodsPerBlock = 3) {
  const sums = new BillSums(inputs.account.platformTeam);
  const plain = new BillUsage(inputs, sums);
  const columns = new BillColumns(inputs, sums, plain);
  for (const block of blocksOf(usage, periodsPerBlock)) columns.billBlock(block);
  columns.flush();
  plain.billUnits(usage);
  for (const { chargePeriod, pool } of columns.deferred) {
    const rows = usage.filter((row) => row.chargePeriod === chargePeriod && row.dimension.pool === pool);
    if (pool === null) plain.billRated(rows);
    else plain.billPool(pool, chargePeriod, rows);
  }
  plain.billUnused();
  return { draft: assembleDraft(inputs, sums), deferred: columns.deferred };
}

export function blocksOf(usage: readonly MeteredUsage[], periodsPerBlock: number): UsageBlock[] {
  const numbers = new Map<string, number>();
  const periods = byPeriod(usage);
  const blocks: UsageBlock[] = [];
  for (let i = 0; i < periods.length; i += periodsPerBlock) {
    const rows = periods.slice(i, i + periodsPerBlock).flatMap(([, own]) => own);
    blocks.push(blockOf(rows, numbers));
  }
  return blocks;
}

function blockOf(rows: readonly MeteredUsage[], numbers: Map<string, number>): UsageBlock {
  const added: KeyedDimension[] = [];
  for (const { dimension, dimensionKey } of rows) {
    if (numbers.has(dimensionKey)) continue;
    numbers.set(dimensionKey, numbers.size);
    added.push({ dimension, dimensionKey });
  }
  return {
    rows: rows.length,
    chargePeriods: Float64Array.from(rows, ({ chargePeriod }) => chargePeriod),
    dimensions: Int32Array.from(rows, ({ dimensionKey }) => numbers.get(dimensionKey) ?? -1),
    measures: Float64Array.from(rows.flatMap(measuresOf)),
    added,
  };
}

function measuresOf(row: MeteredUsage): number[] {
  const measures = new Array<number>(USAGE_MEASURES.count).fill(0);
  const set = (at: number, value: bigint) => {
    measures[at] = value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : Number.POSITIVE_INFINITY;
  };
  set(USAGE_MEASURES.requests, row.requests);
  for (const [tokenClass, at] of TOKEN_MEASURES) set(at, row.tokens[tokenClass]);
  set(USAGE_MEASURES.inferenceMicros, row.inferenceMicros);
  set(USAGE_MEASURES.prefillMicros, row.prefillMicros);
  set(USAGE_MEASURES.decodeMicros, row.decodeMicros);
  set(USAGE_MEASURES.untimedRequests, row.untimedRequests);
  return measures;
}

function byPeriod(usage: readonly MeteredUsage[]): [number, MeteredUsage[]][] {
  const periods = new Map<number, MeteredUsage[]>();
  for (const row of usage) periods.set(row.chargePeriod, [...(periods.get(row.chargePeriod) ?? []), row]);
  return [...periods].sort(([a], [b]) => a - b);
}
