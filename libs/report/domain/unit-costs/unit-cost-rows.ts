import { type EpochMs, formatInstant } from '#calendar';
import { divideHalfEven, type Picos, scaledToDecimal } from '#money';
import { tokenClassRecord } from '#rating/domain';
import {
  type LineAmounts,
  type LineFields,
  type PoolSlice,
  partyOf,
  tokensOf,
  type UnitCosts,
  unitCosts,
} from '#statement/domain';
import type { TokenCounts } from '#token';
import type { UnitCostDimension, UnitCostGroup } from './unit-cost-dimension.js';
import { type FacetValues, readFacet } from './unit-cost-facets.js';

type Line = LineFields & LineAmounts;

/** How well the pool was used in the row's time, by all of its users. */
export interface PoolCapacity {
  readonly pool: string;
  readonly effective: Picos;
  readonly idle: Picos;
  /** Idle by paid cost, a decimal; null for a pool that cost nothing. */
  readonly idleShare: string | null;
  /** Used by paid capacity, a decimal; null when the basis cannot know. */
  readonly utilization: string | null;
}

/** What tokens cost of one model, pool, team, …: used cost whose amount is known, without idle. */
export interface UnitCostRow {
  readonly group: UnitCostGroup;
  readonly requests: bigint;
  readonly tokens: TokenCounts;
  readonly list: Picos | null;
  readonly effective: Picos;
  /** Requests whose cost is not known; they are in no other figure. */
  readonly unpricedRequests: bigint;
  readonly costPerMillionTokens: UnitCosts;
  /** Null where the row is of several pools or of none. */
  readonly capacity: PoolCapacity | null;
  /** The models that the row is of. */
  readonly models: readonly string[];
}

export interface UnitCostInput {
  readonly by: readonly UnitCostDimension[];
  readonly lines: readonly Line[];
  readonly poolSlices: readonly PoolSlice[];
  /** Only usage of these. */
  readonly only: Readonly<Partial<Record<'team' | 'model' | 'pool' | 'provider', string | undefined>>>;
  /** What the slice of the whole period is named. */
  readonly periodStart: EpochMs;
}

const RATIO_DECIMALS = 6;

/** Groups the used lines of an explored month; the rows' costs sum to what the month's lines of use do. Sorted by group. */
export function unitCostRows({ by, lines, poolSlices, only, periodStart }: UnitCostInput): UnitCostRow[] {
  const groups = new Map<string, { readonly values: FacetValues; readonly lines: Line[] }>();
  for (const line of lines) {
    if (!isUse(line) || !matches(line, only)) continue;
    const values = readFacet(line.facet);
    const key = JSON.stringify(by.map((dimension) => valueOf(line, values, dimension)));
    const group = groups.get(key);
    if (group) group.lines.push(line);
    else groups.set(key, { values, lines: [line] });
  }
  const capacities = capacitiesOf(lines, poolSlices, periodStart);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { values, lines: own }]) => {
      const names = JSON.parse(key) as (string | null)[];
      const group = Object.fromEntries(by.map((dimension, i) => [dimension, names[i] ?? null]));
      return { group, ...sumsOf(own), capacity: capacityOf(own, values.slice ?? periodStart, capacities) };
    });
}

function sumsOf(lines: readonly Line[]): Omit<UnitCostRow, 'group' | 'capacity'> {
  const priced = lines.filter(({ kind }) => kind !== 'unpriced');
  const sum = (of: (line: Line) => bigint) => priced.reduce((total, line) => total + of(line), 0n);
  const isListed = priced.every(({ list }) => list !== null);
  return {
    requests: sum(({ requests }) => requests),
    tokens: tokenClassRecord((tokenClass) => sum((line) => tokensOf(line, tokenClass))),
    list: isListed ? sum(({ list }) => list ?? 0n) : null,
    effective: sum(({ effective }) => effective ?? 0n),
    unpricedRequests: lines.reduce((total, { kind, requests }) => (kind === 'unpriced' ? total + requests : total), 0n),
    costPerMillionTokens: unitCosts(priced),
    models: [...new Set(lines.flatMap(({ model }) => model ?? []))].sort(),
  };
}

/** Lines of usage; capacity that nobody used and what is settled beside usage have no model. */
function isUse({ kind, model }: Line): boolean {
  return model !== null && (kind === 'used' || kind === 'unattributed' || kind === 'unpriced');
}

function matches(line: Line, only: UnitCostInput['only']): boolean {
  const { team, model, pool, provider } = only;
  const is = (asked: string | undefined, found: string | null) => asked === undefined || asked === found;
  return is(team, line.team) && is(model, line.model) && is(pool, line.pool) && is(provider, line.provider);
}

function valueOf(line: Line, { tier, region, slice }: FacetValues, dimension: UnitCostDimension): string | null {
  switch (dimension) {
    case 'cost_center':
      return line.costCenter;
    case 'tier':
      return tier;
    case 'region':
      return region;
    case 'day':
    case 'hour':
      return slice === null ? null : formatInstant(slice);
    default:
      return line[dimension];
  }
}

/** Each pool in each slice of time: its cost, and what of it usage took. */
function capacitiesOf(lines: readonly Line[], poolSlices: readonly PoolSlice[], periodStart: EpochMs) {
  const used = new Map<string, bigint>();
  for (const { pool, kind, facet, effective } of lines) {
    if (pool === null || (kind !== 'used' && kind !== 'unattributed')) continue;
    const key = sliceKey(pool, readFacet(facet).slice ?? periodStart);
    used.set(key, (used.get(key) ?? 0n) + (effective ?? 0n));
  }
  return new Map(
    poolSlices.map(({ pool, slice, effective, paidInstanceNanos, usedInstanceNanos }): [string, PoolCapacity] => {
      const idle = effective - (used.get(sliceKey(pool, slice)) ?? 0n);
      const idleShare = ratio(idle, effective);
      const utilization = usedInstanceNanos === null ? null : ratio(usedInstanceNanos, paidInstanceNanos);
      return [sliceKey(pool, slice), { pool, effective, idle, idleShare, utilization }];
    }),
  );
}

function capacityOf(lines: readonly Line[], slice: EpochMs, capacities: ReadonlyMap<string, PoolCapacity>) {
  const parties = new Set(lines.map(partyOf));
  const pool = lines[0]?.pool ?? null;
  if (parties.size !== 1 || pool === null) return null;
  return capacities.get(sliceKey(pool, slice)) ?? null;
}

function sliceKey(pool: string, slice: EpochMs): string {
  return `${slice.toString()} ${pool}`;
}

function ratio(part: bigint, whole: bigint): string | null {
  if (whole <= 0n) return null;
  return scaledToDecimal(divideHalfEven(part * 10n ** BigInt(RATIO_DECIMALS), whole), RATIO_DECIMALS);
}
