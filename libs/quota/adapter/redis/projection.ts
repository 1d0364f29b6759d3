import type { DataSource } from 'typeorm';
import { toQuotaError } from '../quota-errors.js';
import type { RedisCounts, ToldCount } from './redis-counts.js';

const BATCH = 1_000;

/** Drops what has been told of, and reads what comes next: in one statement, so that both are of one moment. */
const NEXT = `
  with told as (
    delete from quota_change q using (
      -- What somebody else takes away need not wait for, nor be waited for by, whoever takes other ones.
      select quota_change_id from quota_change where account_id = $1 and quota_change_id = any($2::bigint[])
      for update skip locked
    ) t
    where q.account_id = $1 and q.quota_change_id = t.quota_change_id),
  next as (
    select * from quota_change where account_id = $1 and quota_change_id <> all($2::bigint[]) order by quota_change_id limit $3
  ),
  touched as (select distinct t.series, t.subject, t.start from next, unnest(next.series, next.subject, next.start) t (series, subject, start))
  select
    (select coalesce(json_agg(quota_change_id::text), '[]') from next) as ids,
    (select coalesce(json_agg(e), '[]') from next, unnest(ended) e) as ended,
    (select coalesce(json_agg(json_build_object(
      'seriesId', c.series_id::text, 'subject', c.subject, 'start', (extract(epoch from c.window_start) * 1000)::bigint,
      'revision', c.revision, 'usage', (c.used + c.settled)::text)), '[]')
      from touched t join quota_count c
        on c.account_id = $1 and c.series_id = t.series and c.subject = t.subject and c.window_start = t.start) as counts`;

interface Row {
  readonly ids: readonly string[];
  readonly ended: readonly string[];
  readonly counts: readonly (Omit<ToldCount, 'usage'> & { readonly usage: string })[];
}

interface Pass {
  readonly running: Promise<void>;
  next: Promise<void> | undefined;
}

/**
 * Tells Redis what has changed in Postgres. It is written down there by the transaction that changes it, so what a process that
 * died did not tell, another does. To be told twice, or late, changes nothing: of a count the later revision stays.
 */
export class Projection {
  private readonly passes = new Map<number, Pass>();
  /** What has been told of and is dropped with the next look, by account. */
  private readonly told = new Map<number, readonly string[]>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly counts: RedisCounts,
  ) {}

  /** Tells all that was committed before the call. Those who call while it is done share what comes after. */
  catchUp(accountId: number): Promise<void> {
    const pass = this.passes.get(accountId);
    if (!pass) return this.start(accountId);
    pass.next ??= pass.running.then(
      () => this.start(accountId),
      () => this.start(accountId),
    );
    return pass.next;
  }

  private start(accountId: number): Promise<void> {
    const running = this.pass(accountId).finally(() => {
      // Whoever waits for the next pass begins it now.
      if (this.passes.get(accountId)?.running === running) this.passes.delete(accountId);
    });
    this.passes.set(accountId, { running, next: undefined });
    return running;
  }

  private async pass(accountId: number): Promise<void> {
    for (;;) {
      const { ids, ended, counts } = await this.next(accountId);
      this.told.delete(accountId);
      if (ids.length === 0) return;
      const told = counts.map((count) => ({ ...count, usage: BigInt(count.usage) }));
      await this.counts.tell(accountId, ended, told);
      this.told.set(accountId, ids);
      if (ids.length < BATCH) return;
    }
  }

  private async next(accountId: number): Promise<Row> {
    const parameters = [accountId, this.told.get(accountId) ?? [], BATCH];
    const [row] = await this.dataSource.query<Row[]>(NEXT, parameters).catch((error: unknown) => {
      throw toQuotaError(error);
    });
    return row ?? { ids: [], ended: [], counts: [] };
  }
}
