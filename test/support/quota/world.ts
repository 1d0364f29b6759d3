import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { EpochMs } from '#calendar';
import type { FinishOrder, QuotaStore, ReserveOrder } from '#quota';
import type { Claim, CountName, QuotaAmount } from '#quota/domain';
import { applyToCounts, type UsageDelta } from '../../../libs/quota/adapter/apply-to-counts.js';
import type { TestDatabase } from '../database.js';

/** Stores of one installation, each as another process has it. */
export interface Stores {
  open(): QuotaStore;
  close(): Promise<void>;
}

export type OpenStores = (database: TestDatabase) => Promise<Stores>;

/** What the tests of one store share. */
export interface Conformance {
  stores(): Stores;
  database(): TestDatabase;
  /** An account of its own. */
  world(): Promise<QuotaWorld>;
}

const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
export const ROLLING_STARTS = 31;

/** Each account lives before those that were made earlier, so that nothing of theirs is ever due in its time. */
let era = Date.UTC(2100, 0, 1);

export interface ClaimOptions {
  readonly subject?: string;
  readonly ceiling?: QuotaAmount | null;
  /** Of a rolling window: which of its slices is the last. */
  readonly slice?: number;
}

export interface OrderOptions {
  readonly key?: string;
  readonly fingerprint?: string;
  readonly ttlMs?: number;
  readonly at?: EpochMs;
  readonly revision?: string;
}

/** An account with counts, made by hand, and what is asked of them. */
export class QuotaWorld {
  private constructor(
    readonly dataSource: DataSource,
    readonly accountId: number,
    readonly start: EpochMs,
  ) {}

  static async create({ dataSource }: TestDatabase): Promise<QuotaWorld> {
    const [row] = await dataSource.query<{ account_id: number }[]>(
      'insert into billing_account (name) values ($1) returning account_id',
      [randomUUID()],
    );
    const accountId = row?.account_id ?? 0;
    await dataSource.query('update quota_catalog set revision = 1 where account_id = $1', [accountId]);
    era -= 60 * DAY_MS;
    return new QuotaWorld(dataSource, accountId, era);
  }

  count(series: number, subject = ''): CountName {
    return { accountId: this.accountId, seriesId: String(series), subject, start: this.start };
  }

  /** Makes the count of a series that has one window. */
  async addCount(series: number, subject = ''): Promise<void> {
    await this.insert(series, subject, [this.start]);
  }

  /** Makes the slices from the first to the last, and what stands for all of them. */
  async addSlices(series: number, first: number, last: number, subject = ''): Promise<void> {
    const starts = Array.from({ length: last - first + 1 }, (_, i) => this.sliceStart(first + i));
    await this.insert(series, subject, [0, ...starts]);
  }

  sliceStart(slice: number): EpochMs {
    return this.start + slice * HOUR_MS;
  }

  claim(series: number, amount: QuotaAmount, { subject = '', ceiling = null, slice }: ClaimOptions = {}): Claim {
    const start = this.sliceStart(slice ?? 0);
    const counted =
      slice === undefined
        ? [start]
        : Array.from({ length: ROLLING_STARTS }, (_, i) => this.sliceStart(slice - ROLLING_STARTS + 1 + i));
    return { count: { ...this.count(series, subject), start }, end: start + HOUR_MS, counted, amount, ceiling };
  }

  order(claims: readonly Claim[], options: OrderOptions = {}): ReserveOrder {
    const { key, fingerprint = 'print', ttlMs = HOUR_MS, at = this.start, revision = '1' } = options;
    return {
      accountId: this.accountId,
      revision,
      reservationId: randomUUID(),
      at,
      expiresAt: at + ttlMs,
      claims,
      request: '{"asked":true}',
      idempotencyKey: key ?? null,
      fingerprint,
    };
  }

  finished(
    { reservationId }: { readonly reservationId: string },
    state: FinishOrder['state'],
    amounts: readonly QuotaAmount[] = [],
    at = this.start,
  ): FinishOrder {
    return { accountId: this.accountId, reservationId, at, state, amounts };
  }

  /** What the worker does with usage: counts it in Postgres, and has the store see it. */
  async meter(
    store: QuotaStore,
    usage: readonly UsageDelta[],
    reservationIds: readonly string[] = [],
    at = this.start,
  ): Promise<void> {
    const { accountId } = this;
    await applyToCounts(this.dataSource.manager, { metered: { accountId, at, reservationIds, usage } });
    await store.catchUp(accountId);
  }

  async changeDefinitions(): Promise<void> {
    await this.dataSource.query('update quota_catalog set revision = revision + 1 where account_id = $1', [
      this.accountId,
    ]);
  }

  /** What Postgres knows of all reservations to count in a series, and what of it is held. */
  async truth(series: number): Promise<{ total: bigint; held: bigint }> {
    const [row] = await this.dataSource.query<{ counted: string; held: string }[]>(
      `select
        (select coalesce(sum(used + settled), 0) from quota_count where account_id = $1 and series_id = $2)::text as counted,
        (select coalesce(sum((share->>3)::numeric), 0) from quota_reservation r, jsonb_array_elements(r.shares) share
          where r.account_id = $1 and r.state = 'active' and share->>0 = $2::text)::text as held`,
      [this.accountId, series],
    );
    const held = BigInt(row?.held ?? 0);
    return { held, total: held + BigInt(row?.counted ?? 0) };
  }

  private async insert(series: number, subject: string, starts: readonly EpochMs[]): Promise<void> {
    await this.dataSource.query(
      `insert into quota_count (account_id, series_id, subject, window_start, window_end)
      select $1, $2, $3, to_timestamp(s / 1000.0), to_timestamp((s + $5) / 1000.0) from unnest($4::bigint[]) s
      on conflict do nothing`,
      [this.accountId, series, subject, starts, HOUR_MS],
    );
  }
}
