import type { DataSource, EntityManager } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { withTransaction } from '#platform';
import type { ExportedFile, ExportProblem, ExportState } from '../domain/index.js';
import type { FileChunk } from '../service/export-job-store.js';
import type {
  ClaimedExport,
  ExportEnd,
  ExportLoad,
  ExportWorkStore,
  LinesProgress,
} from '../service/export-work-store.js';
import { EXPORT_JOB_COLUMNS, type ExportJobRow, exportJobFromRow } from './export-job-rows.js';

/** A worker that has not been heard of for so long is taken for dead. */
const LEASE = `clock_timestamp() + interval '30 seconds'`;

/** The claim's own row, while it is the claim's. */
const HELD = `account_id = $1 and export_id = $2 and attempt = $3 and state = 'running'`;

const CLAIM = `
  with job as (
    update export_job set state = 'running', attempt = attempt + 1, leased_until = ${LEASE}, lines_done = 0,
      lines_total = null, kept_bytes = 0
    where (account_id, export_id) = (
      select account_id, export_id from export_job
      where state = 'waiting' or state = 'running' and leased_until < clock_timestamp()
      order by requested_at, export_id limit 1 for update skip locked)
    returning *)
  select ${EXPORT_JOB_COLUMNS} from job`;

const DROP_CHUNKS = 'delete from export_chunk where account_id = $1 and export_id = $2';

const KEEP = `update export_job set leased_until = ${LEASE} where ${HELD}`;

/** Nothing is added unless the row was the claim's at that moment. */
const APPEND = `
  with held as (
    update export_job set leased_until = ${LEASE}, lines_done = $6, lines_total = $7, kept_bytes = $4::bigint + length($5::bytea)
    where ${HELD} returning account_id, export_id)
  insert into export_chunk (account_id, export_id, first_byte, bytes)
  select account_id, export_id, $4::bigint, $5::bytea from held returning 1`;

const FINISH = `
  with held as (
    update export_job set state = 'done', leased_until = null, finished_at = $6, expires_at = $7, file_name = $8,
      media_type = $9, file_bytes = $10, kept_bytes = $10, sha256 = $11, file_rows = $12, currency = $13, billed_minor = $14,
      lines_done = $15, lines_total = $15
    where ${HELD} returning account_id, export_id),
  added as (
    insert into export_chunk (account_id, export_id, first_byte, bytes)
    select account_id, export_id, $4::bigint, $5::bytea from held where length($5::bytea) > 0)
  select 1 from held`;

const FAIL = `
  update export_job set state = 'failed', leased_until = null, finished_at = $4, kept_bytes = 0, problem_code = $5,
    problem_detail = $6
  where ${HELD}`;

const RELEASE = `
  update export_job set state = 'waiting', leased_until = null, attempt = attempt - 1, kept_bytes = 0 where ${HELD}`;

/** Of each account the newest files that fit stay. */
const SELECT_SURPLUS = `
  select account_id, export_id from (
    select account_id, export_id, expires_at,
      sum(kept_bytes) over (partition by account_id order by finished_at desc, export_id desc) as newest_bytes
    from export_job where kept_bytes > 0 and state = 'done') kept
  where expires_at <= $1 or newest_bytes > $2`;

const EXPIRE = `
  update export_job set kept_bytes = 0, expires_at = least(expires_at, $3) where account_id = $1 and export_id = $2`;

const FORGET = `
  delete from export_job where (account_id, export_id) in (
    select account_id, export_id from export_job where finished_at < $1 and kept_bytes = 0 limit $2)`;

export class SqlExportWork implements ExportWorkStore {
  constructor(private readonly dataSource: DataSource) {}

  async claim(): Promise<ClaimedExport | undefined> {
    const [row] = await this.dataSource.query<ExportJobRow[]>(CLAIM);
    if (!row) return undefined;
    const claim = { ...exportJobFromRow(row), attempt: row.attempt };
    // Of an attempt that was cut short. Whoever made it can add no more.
    await this.dataSource.query(DROP_CHUNKS, [claim.accountId, claim.exportId]);
    return claim;
  }

  async keep(claim: ClaimedExport): Promise<boolean> {
    const [, kept] = await this.dataSource.query<[unknown, number]>(KEEP, keyOf(claim));
    return kept > 0;
  }

  async append(claim: ClaimedExport, chunk: FileChunk, progress: LinesProgress): Promise<boolean> {
    const { linesDone, linesTotal } = progress;
    const values = [...keyOf(claim), chunk.firstByte, chunk.bytes, linesDone, linesTotal];
    return (await this.dataSource.query<unknown[]>(APPEND, values)).length > 0;
  }

  async finish(
    claim: ClaimedExport,
    last: FileChunk,
    { name, mediaType, bytes, sha256, rows, currency, billed }: ExportedFile,
    { linesDone, finishedAt, expiresAt }: ExportEnd,
  ): Promise<boolean> {
    const finished = await this.dataSource.query<unknown[]>(FINISH, [
      ...keyOf(claim),
      ...[last.firstByte, last.bytes],
      ...[formatInstant(finishedAt), formatInstant(expiresAt)],
      ...[name, mediaType, bytes, sha256, rows, currency, billed.toString(), linesDone],
    ]);
    return finished.length > 0;
  }

  fail(claim: ClaimedExport, { code, detail }: ExportProblem, at: EpochMs): Promise<boolean> {
    return this.letGo(claim, FAIL, [formatInstant(at), code, detail]);
  }

  release(claim: ClaimedExport): Promise<boolean> {
    return this.letGo(claim, RELEASE, []);
  }

  async purgeBytes(now: EpochMs, accountBytesMax: number): Promise<void> {
    const at = formatInstant(now);
    const surplus = await this.dataSource.query<{ account_id: number; export_id: string }[]>(SELECT_SURPLUS, [
      at,
      accountBytesMax,
    ]);
    for (const { account_id: accountId, export_id: exportId } of surplus) {
      await withTransaction(this.dataSource, async (manager) => {
        await manager.query(EXPIRE, [accountId, exportId, at]);
        await manager.query(DROP_CHUNKS, [accountId, exportId]);
      });
    }
  }

  async purgeJobs(finishedBefore: EpochMs, limit: number): Promise<number> {
    const [, deleted] = await this.dataSource.query<[unknown, number]>(FORGET, [formatInstant(finishedBefore), limit]);
    return deleted;
  }

  async load(): Promise<ExportLoad> {
    const rows = await this.dataSource.query<{ state: ExportState; jobs: number; bytes: string }[]>(
      'select state, count(*)::int as jobs, sum(kept_bytes)::bigint as bytes from export_job group by state',
    );
    return {
      jobs: new Map(rows.map(({ state, jobs }) => [state, jobs])),
      bytes: rows.reduce((sum, { bytes }) => sum + Number(bytes), 0),
    };
  }

  /** Ends the claim, and what it wrote is dropped in the same step. */
  private letGo(claim: ClaimedExport, statement: string, values: readonly unknown[]): Promise<boolean> {
    return withTransaction(this.dataSource, async (manager: EntityManager) => {
      const [, changed] = await manager.query<[unknown, number]>(statement, [...keyOf(claim), ...values]);
      if (changed === 0) return false;
      await manager.query(DROP_CHUNKS, [claim.accountId, claim.exportId]);
      return true;
    });
  }
}

function keyOf({ accountId, exportId, attempt }: ClaimedExport): unknown[] {
  return [accountId, exportId, attempt];
}
