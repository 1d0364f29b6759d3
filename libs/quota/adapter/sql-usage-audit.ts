import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { readingAt } from '#platform';
import { type CountName, decodeUsage } from '../domain/index.js';
import type { CountLedger } from '../service/count-ledger.js';
import type {
  AuditMoment,
  AuditWork,
  CountCorrection,
  ReservedSums,
  StoredCount,
  UsageAudit,
} from '../service/usage-audit.js';
import { applyToCounts } from './apply-to-counts.js';
import { readEvents } from './read-events.js';

const WAITING = 'select payload from quota_usage where account_id = $1';

const NAME = `series_id as "seriesId", subject, (extract(epoch from window_start) * 1000)::bigint as start`;

const COUNTS = `
  select ${NAME}, used::text as used, settled::text as settled, held::text as held
  from quota_count where account_id = $1 and series_id = any($2::bigint[]) and window_end > $3`;

const RESERVED = `
  select "seriesId", shares.subject, (extract(epoch from start) * 1000)::bigint as start,
    sum(shares.settled)::text as settled, sum(case when store = 'postgres' then shares.held else 0 end)::text as held
  from (
    select s.share->>0 as "seriesId", s.share->>1 as subject, (s.share->>2)::timestamptz as start,
      case when r.state = 'active' then (s.share->>3)::numeric else 0 end as held,
      coalesce((r.amounts->>(s.place - 1)::int)::numeric, 0) as settled
    from quota_reservation r
    cross join lateral (select value as share, ordinality as place from jsonb_array_elements(r.shares) with ordinality) s
    where r.account_id = $1 and (r.state = 'active' or r.amounts is not null)
  ) shares
  cross join (
    select coalesce((select g.store from quota_generation g where g.account_id = $1), 'postgres') as store) counting
  join quota_count c on c.account_id = $1 and c.series_id = "seriesId"::bigint and c.subject = shares.subject
    and c.window_start = start and c.window_end > $3
  where "seriesId"::bigint = any($2::bigint[])
  group by 1, 2, 3`;

const CORRECT_RESERVED = `
  update quota_count c set settled = c.settled + d.settled, held = c.held + d.held, revision = c.revision + 1
  from unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::numeric[], $6::numeric[]) d (series, subject, start, settled, held)
  where c.account_id = $1 and c.series_id = d.series and c.subject = d.subject and c.window_start = d.start
    and (d.settled <> 0 or d.held <> 0)`;

const TAKE_TURN = `select pg_try_advisory_xact_lock(hashtext('quota audit'), $1) as taken`;

const MARK_SEEDED = `
  insert into quota_seeded (account_id, series_id, seeded_at) select $1, unnest($2::bigint[]), $3
  on conflict (account_id, series_id) do update set is_final = true where quota_seeded.seeded_at < $4`;

interface NameRow {
  readonly seriesId: string;
  readonly subject: string;
  readonly start: string;
}

/** Reads it all in one transaction that sees one moment, beside the one that holds the account's turn and corrects. */
export class SqlUsageAudit implements UsageAudit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: CountLedger,
  ) {}

  run<T>(
    accountId: number,
    scope: { readonly seriesIds: readonly string[]; readonly endAfter: EpochMs },
    work: (moment: AuditMoment) => Promise<AuditWork<T>>,
  ): Promise<T | undefined> {
    return this.dataSource.transaction(async (manager) => {
      // Two who corrected at once would correct twice.
      await manager.query('set local idle_in_transaction_session_timeout = 0');
      const [turn] = await manager.query<{ taken: boolean }[]>(TAKE_TURN, [accountId]);
      if (!turn?.taken) return undefined;
      const { corrections, result } = await readingAt(this.dataSource, undefined, async (runner) => {
        return work(await momentOf(runner, accountId, scope));
      });
      if (corrections.length > 0) await this.correct(manager, accountId, corrections);
      return result;
    });
  }

  async markSeeded(accountId: number, seriesIds: readonly string[], at: EpochMs, before: EpochMs): Promise<void> {
    await this.dataSource.query(MARK_SEEDED, [accountId, seriesIds, formatInstant(at), formatInstant(before)]);
  }

  async unseeded(accountId: number, seriesIds: readonly string[], before: EpochMs): Promise<readonly string[]> {
    const rows = await this.dataSource.query<{ seriesId: string }[]>(
      `select id::text as "seriesId" from unnest($2::bigint[]) id
       where not exists (select from quota_seeded s
         where s.account_id = $1 and s.series_id = id and (s.is_final or s.seeded_at >= $3))`,
      [accountId, seriesIds, formatInstant(before)],
    );
    return rows.map(({ seriesId }) => seriesId);
  }

  private async correct(
    manager: EntityManager,
    accountId: number,
    corrections: readonly CountCorrection[],
  ): Promise<void> {
    await this.ledger.ensure(corrections.map(({ order }) => order));
    const usage = corrections.map(({ order, used }) => ({ count: order.name, amount: used }));
    await applyToCounts(manager, { metered: { accountId, at: 0, reservationIds: [], usage } });
    await manager.query(CORRECT_RESERVED, [
      accountId,
      corrections.map(({ order }) => order.name.seriesId),
      corrections.map(({ order }) => order.name.subject),
      corrections.map(({ order }) => formatInstant(order.name.start)),
      corrections.map(({ settled }) => settled.toString()),
      corrections.map(({ held }) => held.toString()),
    ]);
  }
}

async function momentOf(
  { manager }: QueryRunner,
  accountId: number,
  { seriesIds, endAfter }: { readonly seriesIds: readonly string[]; readonly endAfter: EpochMs },
): Promise<AuditMoment> {
  const parameters = [accountId, seriesIds, formatInstant(endAfter)];
  const waiting = await manager.query<{ payload: string }[]>(WAITING, [accountId]);
  const counts = await manager.query<(NameRow & Record<'used' | 'settled' | 'held', string>)[]>(COUNTS, parameters);
  const reserved = await manager.query<(NameRow & Record<'settled' | 'held', string>)[]>(RESERVED, parameters);
  const nameOf = ({ seriesId, subject, start }: NameRow): CountName => {
    return { accountId, seriesId, subject, start: Number(start) };
  };
  return {
    waiting: waiting.flatMap(({ payload }) => decodeUsage(payload)),
    counts: counts.map((row): StoredCount => {
      return { name: nameOf(row), used: BigInt(row.used), settled: BigInt(row.settled), held: BigInt(row.held) };
    }),
    reserved: reserved.map((row): ReservedSums => {
      return { name: nameOf(row), settled: BigInt(row.settled), held: BigInt(row.held) };
    }),
    metered: (from) => readEvents(manager, { accountId, from, inOrder: false }),
  };
}
