import type { Clock, EpochMs } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import {
  type CountName,
  countKey,
  type Quota,
  type QuotaAmount,
  QuotaIndex,
  type UsageRecord,
  windowAt,
} from '../domain/index.js';
import type { BuildAsks } from './build-asks.js';
import { spanOf, type UsageCounters } from './count-usage.js';
import type { QuotaCatalogs } from './quota-catalogs.js';
import { CountsUnavailableError, type QuotaStore } from './quota-store.js';
import { faultsOf, type StoreAudit, type StoreDifference } from './store-audit.js';
import type { AuditMoment, CountCorrection, StoredCount, UsageAudit } from './usage-audit.js';

export interface VerifyQuotasInput {
  readonly accountId: number;
  /** Windows that end after it are looked at. */
  readonly since: EpochMs;
  readonly repair: boolean;
}

/** A count that is not what the metered usage and the reservations come to. */
export interface CountDifference {
  readonly quota: Quota;
  readonly name: CountName;
  /** What is counted, and what should be. */
  readonly counted: CountParts;
  readonly expected: CountParts;
}

export interface CountParts {
  readonly used: QuotaAmount;
  readonly settled: QuotaAmount;
  readonly held: QuotaAmount;
}

/** Of what a store has that counts elsewhere than in Postgres. */
export type StoreVerification =
  | (Omit<StoreAudit, 'differences'> & {
      readonly outcome: 'compared';
      /** `quota`, where one is in force that counts there. */
      readonly differences: readonly (StoreDifference & { readonly quota: Quota | undefined })[];
    })
  | { readonly outcome: 'unavailable'; readonly reason: string };

export interface QuotaVerification extends CountsVerification {
  /** Undefined: Postgres counts, or what the store has is being made anew from Postgres. */
  readonly store: StoreVerification | undefined;
}

/** Of the counts in Postgres. */
interface CountsVerification {
  /** Counts that were looked at, those that should be there and are not among them. */
  readonly counts: number;
  readonly events: number;
  /** By quota, subject and time. */
  readonly differences: readonly CountDifference[];
  readonly repaired: boolean;
}

const NOTHING: CountParts = { used: 0n, settled: 0n, held: 0n };

/** Counts all over again from the events and reservations, compares, and puts right what differs. */
export class VerifyQuotas {
  constructor(
    private readonly audit: UsageAudit,
    private readonly catalogs: QuotaCatalogs,
    private readonly counters: UsageCounters,
    private readonly asks: Pick<BuildAsks, 'orderOf'>,
    private readonly store: QuotaStore,
    private readonly clock: Clock,
  ) {}

  /** Waits a while for another that is at work; fails with `quota.verification_running` when that takes longer. */
  async run({ accountId, since, repair }: VerifyQuotasInput): Promise<Outcome<QuotaVerification>> {
    // What has yet to be counted for the first time is not wrong.
    await this.seed(accountId);
    const { index } = await this.catalogs.of(accountId);
    for (let attempt = 1; attempt <= TURN_ATTEMPTS; attempt += 1) {
      const verification = await this.compare(accountId, index.quotas, since, repair);
      if (verification) {
        return succeed({ ...verification, store: await this.compareStore(accountId, index.quotas, repair) });
      }
      await new Promise((resolve) => setTimeout(resolve, TURN_EVERY_MS));
    }
    const detail = 'The counts are being verified already; ask again when that is done.';
    return fail({ kind: 'conflict', code: 'quota.verification_running', detail });
  }

  /** Has quotas that are new count what was used before in the windows that are not over. How many there were. */
  async seed(accountId: number): Promise<number> {
    const { index } = await this.catalogs.of(accountId);
    const now = this.clock.now();
    const series = index.quotas.map(({ seriesId }) => seriesId);
    const unseeded = new Set(await this.audit.unseeded(accountId, series, now - IN_FLIGHT_MS));
    if (unseeded.size === 0) return 0;
    const quotas = index.quotas.filter(({ seriesId }) => unseeded.has(seriesId));
    if (!(await this.compare(accountId, quotas, now, true))) return 0;
    await this.audit.markSeeded(accountId, [...unseeded], now, now - IN_FLIGHT_MS);
    return quotas.length;
  }

  private async compare(
    accountId: number,
    quotas: readonly Quota[],
    since: EpochMs,
    repair: boolean,
  ): Promise<CountsVerification | undefined> {
    const bySeries = new Map(quotas.map((quota) => [quota.seriesId, { quota, since: countedSince(quota, since) }]));
    if (bySeries.size === 0) return { counts: 0, events: 0, differences: [], repaired: false };
    const verification = await this.audit.run(accountId, scopeOf(bySeries), async (moment) => {
      const { expected, events } = await this.expectedOf(accountId, quotas, moment, firstStart(bySeries.values()));
      const differences: CountDifference[] = [];
      const corrections: CountCorrection[] = [];
      const stored = new Map(moment.counts.map((count) => [countKey(count.name), count]));
      const keys = [...new Set([...stored.keys(), ...expected.keys()])].sort();
      let counts = 0;
      for (const key of keys) {
        const name = (stored.get(key) ?? expected.get(key))?.name;
        const known = name && bySeries.get(name.seriesId);
        const window = name && known && windowAt(known.quota.window, name.start);
        if (!window || window.end <= known.since || window.start !== name.start) continue;
        counts += 1;
        const [counted, should] = [partsOf(stored.get(key)), partsOf(expected.get(key))];
        const correction = {
          used: should.used - counted.used,
          settled: should.settled - counted.settled,
          held: should.held - counted.held,
        };
        if (Object.values(correction).every((amount) => amount === 0n)) continue;
        differences.push({ quota: known.quota, name, counted, expected: should });
        corrections.push({ order: this.asks.orderOf(accountId, known.quota, name.subject, window), ...correction });
      }
      return {
        corrections: repair ? corrections : [],
        result: { counts, events, differences, repaired: repair && corrections.length > 0 },
      };
    });
    if (verification?.repaired) await this.store.catchUp(accountId);
    return verification;
  }

  /** After Postgres has been put right: that is what the store is to agree with. */
  private async compareStore(
    accountId: number,
    quotas: readonly Quota[],
    repair: boolean,
  ): Promise<StoreVerification | undefined> {
    try {
      const audit = await this.store.audit(accountId, repair);
      if (!audit) return undefined;
      const bySeries = new Map(quotas.map((quota) => [quota.seriesId, quota]));
      const differences = audit.differences.map((difference) => {
        return { ...difference, quota: bySeries.get(difference.name.seriesId) };
      });
      return { ...audit, outcome: 'compared', differences };
    } catch (error) {
      if (!(error instanceof CountsUnavailableError)) throw error;
      return { outcome: 'unavailable', reason: error.message };
    }
  }

  /** What should be in the counts at that moment: all usage but what waits, and what reservations come to. */
  private async expectedOf(accountId: number, quotas: readonly Quota[], moment: AuditMoment, from: EpochMs) {
    const index = new QuotaIndex(quotas);
    const expected = new Map<string, StoredCount>();
    const add = (name: CountName, { used, settled, held }: CountParts) => {
      const before = partsOf(expected.get(countKey(name)));
      const sum = { used: before.used + used, settled: before.settled + settled, held: before.held + held };
      expected.set(countKey(name), { name, ...sum });
    };
    const count = async (records: readonly UsageRecord[], sign: 1n | -1n) => {
      if (records.length === 0) return;
      const counter = await this.counters.make(accountId, index, spanOf(records));
      for (const record of records) counter.add(record);
      for (const { name, amount } of counter.counts.values()) add(name, { ...NOTHING, used: amount * sign });
    };
    let events = 0;
    for await (const records of moment.metered(from)) {
      await count(records, 1n);
      events += records.length;
    }
    await count(
      moment.waiting.filter(({ occurredAt }) => occurredAt >= from * MICROS_PER_MS),
      -1n,
    );
    for (const { name, settled, held } of moment.reserved) add(name, { used: 0n, settled, held });
    return { expected, events };
  }
}

/** How much a verification has found wrong: counts in Postgres, counts and reservations in the store. */
export function faultsIn({ differences, store }: QuotaVerification): {
  readonly counts: number;
  readonly store: number;
} {
  return { counts: differences.length, store: store?.outcome === 'compared' ? faultsOf(store) : 0 };
}

export const VERIFY_QUOTAS = Symbol('VerifyQuotas');

const MICROS_PER_MS = 1000;
/** Nothing is held while it waits. */
const TURN_ATTEMPTS = 40;
const TURN_EVERY_MS = 250;
/** Whoever counted by definitions of a moment before is done with it after so long. */
const IN_FLIGHT_MS = 10_000;

function scopeOf(series: ReadonlyMap<string, { readonly since: EpochMs }>) {
  return { seriesIds: [...series.keys()], endAfter: Math.min(...[...series.values()].map(({ since }) => since)) };
}

/** All slices of a rolling window are looked at that count at that time. */
function countedSince({ window }: Quota, since: EpochMs): EpochMs {
  return window.kind === 'rolling' ? since - window.lengthMs : since;
}

/** The start of the earliest window that is looked at. */
function firstStart(series: Iterable<{ readonly quota: Quota; readonly since: EpochMs }>): EpochMs {
  const starts = [...series].flatMap(({ quota: { window }, since }) => {
    if (window.kind === 'now') return [];
    if (window.kind === 'total') return window.until > since ? [window.from] : [];
    return windowAt(window, since)?.start ?? [];
  });
  return Math.min(...starts, LATEST);
}

/** Where no window counts usage, no event is looked at. */
const LATEST = Date.UTC(9998, 0, 1);

function partsOf(count: CountParts | undefined): CountParts {
  return count ? { used: count.used, settled: count.settled, held: count.held } : NOTHING;
}
