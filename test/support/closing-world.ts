import { CHARGE_PERIOD_MS, followingMonth, parseBillingPeriod } from '#calendar';
import type { AttributionPolicy, CapacityPurchase, CostRecord, PoolInputs } from '#cost-record';
import type { MappingRule } from '#directory/domain';
import type { MeteredUsage, MeteredUsageReader, UnitUsageReader, UsageSnapshots } from '#metering';
import type { FxRate, PriceBook, PriceRule } from '#pricing/domain';
import { outputWeight } from '../../libs/allocation/domain/testing.js';
import { purchaseOf } from '../../libs/cost-record/domain/testing.js';
import { bookOf, ruleOf, usageOf } from '../../libs/rating/domain/testing.js';
import { ACCEPTABLE_CHECKS } from '../../libs/statement/domain/close/closing.js';
import { linesOf, type StatementLine } from '../../libs/statement/domain/index.js';
import { recordOf } from '../../libs/statement/domain/testing.js';
import { ClosePeriod } from '../../libs/statement/service/close-period.js';
import { ClosedPeriods } from '../../libs/statement/service/closed-periods.js';
import { DraftPeriod } from '../../libs/statement/service/draft-period.js';
import { ExplainLine } from '../../libs/statement/service/explain-line.js';
import { FindLine } from '../../libs/statement/service/find-line.js';
import type { IntakeReader } from '../../libs/statement/service/intake-reader.js';
import { ListLineEvents } from '../../libs/statement/service/list-line-events.js';
import { LoadBillInputs } from '../../libs/statement/service/load-bill-inputs.js';
import { OpenPeriod } from '../../libs/statement/service/open-period.js';
import type { OpenDisputeReader } from '../../libs/statement/service/review-store.js';
import { blockReader, unitReader, usageReader } from '../../libs/statement/service/testing.js';
import { VerifyCloses } from '../../libs/statement/service/verify-closes.js';
import { type OwnPrice, pricesAt, standardOnly } from './closing-prices.js';
import { type InvoiceStep, InvoiceWorld } from './invoice-world.js';
import { memoryCloseStore, type StoredClose } from './memory-close-store.js';
import { MemoryEvents } from './memory-events.js';
import { type SharedStep, SharedWorld } from './shared-world.js';

export const MONTHS = ['2023-11', '2023-12', '2024-01', '2024-02', '2024-03'] as const;
export const POOLS = ['p', 'q'] as const;
export type Target = (typeof POOLS)[number] | 'api';

/** Something that happens to an account. */
export type Step =
  | {
      readonly what: 'usage';
      readonly month: number;
      readonly team: string;
      readonly target: Target;
      readonly quarter: number;
      readonly output: bigint;
      /** Of no price of its own: a rule says how many times the standard one it costs, or nothing does. */
      readonly isBatch: boolean;
    }
  | { readonly what: 'cost'; readonly month: number; readonly pool: (typeof POOLS)[number]; readonly rate: bigint }
  | (OwnPrice & { readonly what: 'price'; readonly picos: bigint | null })
  /** The rate of a month's first day; null: none is known. */
  | { readonly what: 'fx'; readonly month: number; readonly rate: bigint | null }
  | InvoiceStep
  | {
      readonly what: 'policy';
      readonly pool: (typeof POOLS)[number];
      /** The weight of output tokens, or a basis without parameters. */
      readonly by: bigint | 'requests' | 'even' | 'peak';
      readonly idle: 'separate' | 'proportional' | 'even';
    }
  | {
      readonly what: 'rule';
      readonly kind: 'discount' | 'markup' | 'minimum' | 'tier_multiplier';
      /** Empty: all teams. */
      readonly team: string;
      readonly month: number;
      /** Null: it is withdrawn. */
      readonly value: bigint | null;
    }
  | SharedStep
  /** Instances bought for two hours from a month's begin; what is said of the same ones later replaces it. */
  | {
      readonly what: 'purchase';
      readonly month: number;
      readonly pool: (typeof POOLS)[number];
      readonly instances: bigint;
      readonly upfront: bigint;
    }
  /** How many of them ran in the first hour and a half. */
  | { readonly what: 'ran'; readonly month: number; readonly pool: (typeof POOLS)[number]; readonly instances: bigint }
  | { readonly what: 'team'; readonly team: string }
  | {
      readonly what: 'mapping';
      /** Whose usage it is that names these teams; null: a rule no longer says. */
      readonly pattern: 'stranger' | 's*' | 'a';
      readonly team: 'a' | 'b' | null;
      readonly fromMonth: number;
      readonly override: boolean;
    }
  | { readonly what: 'look' }
  | { readonly what: 'close' };

/** Nobody disputes anything here. */
const NO_DISPUTES: OpenDisputeReader = { countOpen: async () => ({ count: 0n, first: null }) };

/** An account in memory under the real services: two pools, two more of shared cost, one provider's model, five months. */
export class ClosingWorld {
  readonly closes: StoredClose[] = [];
  readonly store = memoryCloseStore(this.closes);
  private readonly usage = new Map<string, MeteredUsage>();
  private readonly events = new MemoryEvents();
  private readonly rates = new Map<string, bigint>();
  private readonly bought = new Map<string, Extract<Step, { what: 'purchase' | 'ran' }> & { version: number }>();
  private readonly versions = new Map<string, number>();
  private readonly policies = new Map<string, PoolInputs['policies']>();
  private readonly teams = new Set(['a', 'b']);
  private readonly shared = new SharedWorld();
  private readonly mappingRules = new Map<string, MappingRule>();
  private mappingsMade = 0;
  private book: PriceBook = bookOf({});
  private readonly rules = new Map<string, PriceRule>();
  private readonly invoices = new InvoiceWorld(followingMonth);
  private readonly fxRates = new Map<string, FxRate>();
  private fxVersions = 0;
  private ruleVersions = 0;
  private kept: Services | undefined;

  /** What a world begins with, so that what happens in it has something to work with; steps change it and take it away. */
  constructor() {
    for (const pool of POOLS) this.take({ what: 'policy', pool, by: 2n, idle: 'separate' });
    for (const party of ['pool:p', 'provider:openai'])
      this.take({ what: 'agreement', party, policy: 'true_up', from: '' });
    MONTHS.forEach((_, month) => this.take({ what: 'fx', month, rate: 1_100_000_000_001n }));
    this.take({ what: 'price', picos: 7n, graduated: false, isForeign: false });
    this.take({ what: 'rule', kind: 'tier_multiplier', team: '', month: 0, value: 333_333_333_333n });
  }

  take(step: Exclude<Step, { what: 'close' | 'look' }>): void {
    switch (step.what) {
      case 'usage':
        return this.addUsage(step);
      case 'cost': {
        const key = `${step.pool} ${step.month.toString()}`;
        this.rates.set(key, step.rate);
        this.versions.set(key, (this.versions.get(key) ?? 0) + 1);
        return;
      }
      case 'purchase':
      case 'ran': {
        const key = `${step.what} ${step.pool} ${step.month.toString()}`;
        this.bought.set(key, { ...step, version: (this.bought.get(key)?.version ?? 0) + 1 });
        return;
      }
      case 'price':
        this.book = standardOnly(step.picos === null ? {} : { gpt: pricesAt(step.picos, step) });
        return;
      case 'fx':
        this.setRate(step);
        return;
      case 'invoice':
      case 'agreement':
      case 'match':
        return this.invoices.take(step);
      case 'policy': {
        const before = this.policies.get(step.pool) ?? [];
        const attribution: AttributionPolicy =
          typeof step.by === 'string' ? { basis: step.by } : outputWeight(step.by * 1_000_000n);
        const { pool, idle } = step;
        const policy = { pool, version: before.length + 1, validFrom: 0, attribution, idle };
        this.policies.set(step.pool, [...before, policy]);
        return;
      }
      case 'rule':
        return this.setRule(step);
      case 'shared-cost':
      case 'split':
        return this.shared.take(step);
      case 'team':
        this.teams.add(step.team);
        return;
      case 'mapping':
        this.setMapping(step);
    }
  }

  private setRule({ kind, month, value, ...step }: Extract<Step, { what: 'rule' }>): void {
    const isOfTeams = kind === 'discount' || kind === 'markup';
    const team = isOfTeams ? step.team : '';
    const validFrom = startOf(month);
    const key = JSON.stringify([kind, team, validFrom]);
    this.ruleVersions += 1;
    const version = this.ruleVersions;
    const serviceTier = kind === 'tier_multiplier' ? 'batch' : '';
    const scope = { provider: 'openai', model: '', serviceTier, team, costCenter: '' };
    const currency = kind === 'minimum' ? 'USD' : null;
    if (value === null) this.rules.delete(key);
    else
      this.rules.set(
        key,
        ruleOf({ kind, ...scope, priceRuleId: version.toString(), validFrom, version, value, currency }),
      );
  }

  private setRate({ month, rate }: Extract<Step, { what: 'fx' }>): void {
    const day = `${MONTHS[month] ?? ''}-01`;
    this.fxVersions += 1;
    const fxRateId = this.fxVersions.toString();
    if (rate === null) this.fxRates.delete(day);
    else
      this.fxRates.set(day, { fxRateId, from: 'EUR', to: 'USD', day, version: this.fxVersions, rate, source: 'ECB' });
  }

  /** Whether a line is of usage in a tier whose price a rule says. */
  isOfTier({ priceRules }: StatementLine): boolean {
    const ids = priceRules?.split(' ') ?? [];
    return [...this.rules.values()].some((rule) => rule.kind === 'tier_multiplier' && ids.includes(rule.priceRuleId));
  }

  /** The services over this world; what they remember lives as long as it does. */
  services(): Services {
    this.kept ??= this.assemble();
    return this.kept;
  }

  /** A month's own lines as they would be drafted now, afresh and in one piece. */
  async ownLinesOf(period: string, inputs: LoadBillInputs): Promise<StatementLine[]> {
    const loaded = await inputs.load({ accountId: 1, period });
    if (!loaded.ok) throw new Error(loaded.failure.detail);
    return linesOf(await this.drafts(Infinity).draftOf(loaded.value, '1'));
  }

  /** Closes a month whatever speaks against it. */
  async close(month: string) {
    const closed = await this.services().closing.close({
      accountId: 1,
      period: month,
      by: 'test',
      accept: ACCEPTABLE_CHECKS,
      reason: 'all',
    });
    if (!closed.ok) throw new Error(closed.failure.detail);
    return closed.value;
  }

  private assemble(): Services {
    const account = { accountId: 1, name: 'w', timeZone: 'UTC', currency: 'USD', platformTeam: 'platform' };
    const clock = { now: () => Date.UTC(2025, 0, 1) };
    const inputs = new LoadBillInputs(
      {
        accounts: { load: async () => account, list: async () => [account] },
        teams: { load: async () => [...this.teams].map((team) => ({ team, versions: [] })) },
        costCenters: { load: async () => [] },
        mappingRules: { load: async () => [...this.mappingRules.values()] },
        pools: { load: async (_, start, end) => POOLS.map((pool) => this.poolInputs(pool, start, end)) },
        prices: { load: async () => this.book },
        priceRules: { load: async () => [...this.rules.values()] },
        sharedCosts: { load: async (_, start, end) => this.shared.inputs(start, end) },
        fxRates: {
          load: async (_account, _to, first, last) =>
            [...this.fxRates.values()].filter(({ day }) => day >= first && day <= last),
        },
        invoices: { load: async (_, period) => this.invoices.inputs(period) },
      },
      clock,
    );
    const intake = this.intake();
    const snapshots: UsageSnapshots = { hold: (work) => work('1') };
    const open = new OpenPeriod(inputs, this.drafts(), this.store, intake, snapshots);
    const finding = new FindLine(inputs, this.drafts(), open, snapshots, this.store);
    return {
      closing: new ClosePeriod(inputs, open, { intake, disputes: NO_DISPUTES }, snapshots, this.store, clock),
      periods: new ClosedPeriods(this.store, open, clock),
      chain: new VerifyCloses(this.store),
      explaining: new ExplainLine(finding, this.readers(), this.store),
      events: new ListLineEvents(finding, { ...this.readers(), events: this.events }, this.store),
      inputs,
    };
  }

  /** Reads what is there when it is read. Each pool is a part of its own unless a part may be larger. */
  private drafts(partSize = 0): DraftPeriod {
    const { usage, units } = this.readers();
    const blocks = () => blockReader([...this.usage.values()]);
    return new DraftPeriod(
      { read: (input) => blocks().read(input), sizes: (accountId) => blocks().sizes(accountId) },
      usage,
      units,
      partSize,
    );
  }

  private readers(): { usage: MeteredUsageReader; units: UnitUsageReader } {
    const rows = () => [...this.usage.values()];
    return {
      usage: { read: (input) => usageReader({ buckets: rows(), events: rows() }).read(input) },
      units: { read: (input) => unitReader(rows()).read(input) },
    };
  }

  private setMapping({ pattern, team, fromMonth, override }: Extract<Step, { what: 'mapping' }>): void {
    if (team === null) {
      this.mappingRules.delete(pattern);
      return;
    }
    this.mappingsMade += 1;
    // In the middle of the month's usage.
    const validFrom = startOf(fromMonth) + 2 * CHARGE_PERIOD_MS;
    this.mappingRules.set(pattern, {
      ...{ mappingRuleId: this.mappingsMade.toString(), version: 1, match: 'team', tagKey: '', pattern },
      ...{ validFrom, validTo: null, team, project: null, costCenter: null, overridesKnown: override },
    });
  }

  private addUsage({ month, team, target, quarter, output, isBatch }: Extract<Step, { what: 'usage' }>): void {
    const dimension =
      target === 'api'
        ? { team, provider: 'openai', model: 'gpt', serviceTier: isBatch ? 'batch' : 'standard' }
        : { team, pool: target, model: 'llama' };
    const chargePeriod = startOf(month) + quarter * CHARGE_PERIOD_MS;
    const row = usageOf({ chargePeriod, dimension, tokens: { inputUncached: 3n, output } });
    const key = `${chargePeriod.toString()} ${row.dimensionKey}`;
    const before = this.usage.get(key);
    const tokens = before && {
      ...row.tokens,
      inputUncached: before.tokens.inputUncached + 3n,
      output: before.tokens.output + output,
    };
    this.usage.set(key, before && tokens ? { ...row, requests: before.requests + 1n, tokens } : row);
    this.events.add(row);
  }

  private poolInputs(pool: string, start: number, end: number): PoolInputs {
    const costRecords = MONTHS.flatMap((_, month): CostRecord[] => {
      const key = `${pool} ${month.toString()}`;
      const rate = this.rates.get(key);
      const validFrom = startOf(month);
      const validTo = validFrom + 4 * CHARGE_PERIOD_MS;
      if (rate === undefined || validFrom >= end || validTo <= start) return [];
      const version = this.versions.get(key) ?? 1;
      return [
        recordOf({ costRecordId: key, version, pool, validFrom, validTo, hourlyRate: rate, listHourlyRate: null }),
      ];
    });
    const touching = <T extends { validFrom: number; validTo: number | null }>(items: readonly T[]) =>
      items.filter(({ validFrom, validTo }) => validFrom < end && (validTo ?? end) > start);
    const [purchases, ran] = [this.purchasesOf(pool), this.ranOf(pool)];
    const policies = this.policies.get(pool) ?? [];
    return { pool, policies, costRecords: [...costRecords, ...touching(ran)], purchases: touching(purchases) };
  }

  private purchasesOf(pool: string): CapacityPurchase[] {
    const recorded = this.ranOf(pool).filter(({ instanceMicros }) => instanceMicros > 0n);
    const recordedFrom = recorded.length === 0 ? null : Math.min(...recorded.map(({ validFrom }) => validFrom));
    return [...this.bought].flatMap(([purchase, step]) => {
      if (step.what !== 'purchase' || step.pool !== pool) return [];
      const validFrom = startOf(step.month);
      const term = { validFrom, validTo: validFrom + 8 * CHARGE_PERIOD_MS };
      const { version, instances, upfront } = step;
      return [
        purchaseOf({ ...term, purchase, version, pool, instanceMicros: instances * 1_000_000n, upfront, recordedFrom }),
      ];
    });
  }

  private ranOf(pool: string): CostRecord[] {
    return [...this.bought].flatMap(([costRecordId, step]) => {
      if (step.what !== 'ran' || step.pool !== pool) return [];
      const validFrom = startOf(step.month);
      const { version, instances } = step;
      const of = { costRecordId, version, pool, validFrom, validTo: validFrom + 6 * CHARGE_PERIOD_MS };
      return [
        recordOf({ ...of, pricingModel: 'reserved', instanceMicros: instances * 1_000_000n, listHourlyRate: null }),
      ];
    });
  }

  private intake(): IntakeReader {
    const within = (start: number, end: number) =>
      [...this.usage.values()].filter(({ chargePeriod }) => chargePeriod >= start && chargePeriod < end);
    const requests = (rows: readonly MeteredUsage[]) => rows.reduce((sum, row) => sum + row.requests, 0n);
    return {
      lastWaiting: async () => null,
      countWaiting: async () => 0n,
      countOpenQuarantine: async () => 0n,
      hasEarlier: async () => false,
      usageFingerprint: async (_, start, end) => requests(within(start, end)).toString(),
      count: async (_, start, end) => {
        const events = requests(within(start, end));
        return { events, identities: events };
      },
    };
  }
}

interface Services {
  readonly closing: ClosePeriod;
  readonly periods: ClosedPeriods;
  readonly chain: VerifyCloses;
  readonly explaining: ExplainLine;
  readonly events: ListLineEvents;
  readonly inputs: LoadBillInputs;
}

function startOf(month: number): number {
  return parseBillingPeriod(MONTHS[month] ?? '', 'UTC')?.start ?? 0;
}
