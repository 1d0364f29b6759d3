import type { Clock, EpochMs } from '#calendar';
import type { AccountReader } from '#directory';
import type { CountUsage } from './count-usage.js';
import type { QuotaHouse } from './quota-house.js';
import type { QuotaStore } from './quota-store.js';
import type { RaiseAlerts } from './raise-alerts.js';
import type { RefreshPoolRates } from './refresh-pool-rates.js';
import type { QuotaVerification, VerifyQuotas } from './verify-quotas.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EXPIRE_MAX = 1_000;
const PURGE_MAX = 5_000;
/** Usage is counted sooner; what else there is to do has a second. */
const TEND_EVERY_MS = 1_000;
const ALERT_EVERY_MS = 5_000;
/** Longer than any month, so that a late event still finds the count of its window, and its reservation. */
const KEPT_MS = 35 * DAY_MS;
/** Windows that a night looks at again: late events count there. */
const VERIFIED_MS = 2 * DAY_MS;

export interface KeepQuotasParts {
  readonly accounts: AccountReader;
  readonly count: CountUsage;
  readonly store: QuotaStore;
  readonly verify: VerifyQuotas;
  readonly rates: RefreshPoolRates;
  readonly alerts: RaiseAlerts;
  readonly house: QuotaHouse;
  readonly clock: Clock;
  /** Hears of what a night found wrong and put right. */
  readonly found: (accountId: number, verification: QuotaVerification) => void;
  /** Hears what could not be done beside the counting, and why; it is tried again. */
  readonly failed: (what: string, error: unknown) => void;
}

/** What the worker does for quotas all the time, each hour and each night. What is stopped in the middle is done the next time. */
export class KeepQuotas {
  private running: Promise<void> | undefined;
  private seeding: Promise<void> | undefined;
  private alerting: Promise<void> | undefined;
  private tendedAt = Number.NEGATIVE_INFINITY;
  private alertedAt = Number.NEGATIVE_INFINITY;
  private stopped = false;

  constructor(private readonly parts: KeepQuotasParts) {}

  /** Counts usage that waits, begins new quotas, lets go of what is due: until nothing is left to do. */
  run(): Promise<void> {
    this.running ??= this.work().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  /** Resolves when nothing is at work any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running?.catch(() => undefined);
    await this.seeding;
    await this.alerting;
  }

  async keepHouse(stopping: AbortSignal): Promise<void> {
    const { accounts, house, clock, rates } = this.parts;
    const now = clock.now();
    const each = async (work: (accountId: number) => Promise<void>) => {
      for (const { accountId } of await accounts.list()) if (!stopping.aborted) await work(accountId);
    };
    await each(async (accountId) => {
      if (await house.takeTurn(accountId, 'pool rates', now, now - HOUR_MS)) await rates.run(accountId);
    });
    await each(async (accountId) => {
      if (await house.takeTurn(accountId, 'verify', now, startOfNight(now))) await this.verifyNight(accountId, now);
    });
    while (!stopping.aborted && (await house.purge(now - KEPT_MS, PURGE_MAX)) >= PURGE_MAX);
  }

  private async verifyNight(accountId: number, now: EpochMs): Promise<void> {
    const verified = await this.parts.verify.run({ accountId, since: now - VERIFIED_MS, repair: true });
    if (verified.ok) this.parts.found(accountId, verified.value);
  }

  private async work(): Promise<void> {
    while (!this.stopped && (await this.parts.count.run()) !== undefined);
    const now = performance.now();
    if (this.stopped || now - this.tendedAt < TEND_EVERY_MS) return;
    this.tendedAt = now;
    await this.tend();
  }

  private async tend(): Promise<void> {
    const { store, clock } = this.parts;
    this.seeding ??= this.seedAll().finally(() => {
      this.seeding = undefined;
    });
    while (!this.stopped && (await store.expire(clock.now(), EXPIRE_MAX)) >= EXPIRE_MAX);
    this.alerting ??= this.raiseAlerts().finally(() => {
      this.alerting = undefined;
    });
  }

  /** Beside the counting: to count a year over again takes a while, and may fail. */
  private async seedAll(): Promise<void> {
    const { accounts, verify, failed } = this.parts;
    try {
      for (const { accountId } of await accounts.list()) if (!this.stopped) await verify.seed(accountId);
    } catch (error) {
      failed('begin new quotas', error);
    }
  }

  /**
   * Beside the counting too: there may be many subjects to look at. People are told within seconds; to look at all counts each time
   * that one has changed would be too much.
   */
  private async raiseAlerts(): Promise<void> {
    const { accounts, alerts, failed, clock } = this.parts;
    const now = clock.now();
    // Whichever way the clock jumps, nobody waits longer for it.
    if (Math.abs(now - this.alertedAt) < ALERT_EVERY_MS) return;
    this.alertedAt = now;
    try {
      for (const { accountId } of await accounts.list()) if (!this.stopped) await alerts.run(accountId);
    } catch (error) {
      failed('tell of quotas', error);
    }
  }
}

export const KEEP_QUOTAS = Symbol('KeepQuotas');

/** Three o'clock at night, UTC: what was begun before it was another night's. */
function startOfNight(now: number): number {
  return Math.floor((now - 3 * HOUR_MS) / DAY_MS) * DAY_MS + 3 * HOUR_MS;
}
