import type { DataSource, EntityManager } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { withTransaction } from '#platform';
import type { ExportJob } from '../domain/index.js';
import type { ExportJobPage, ExportJobStore, FileChunk, NewExportJob } from '../service/export-job-store.js';
import { EXPORT_JOB_COLUMNS, type ExportJobRow, exportJobFromRow } from './export-job-rows.js';

const SELECT = `select ${EXPORT_JOB_COLUMNS} from export_job where account_id = $1`;

/** Not finished, and of the same file as the one asked for. */
const SELECT_SAME = `${SELECT} and billing_period = $2 and format = $3 and team is not distinct from $4
  and focus_version is not distinct from $5 and issued = $6 and (state = 'waiting' or state = 'running' and $7)
  order by export_id limit 1`;

const INSERT = `
  insert into export_job (account_id, export_id, billing_period, format, team, focus_version, issued, requested_at, requested_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${EXPORT_JOB_COLUMNS}`;

/** What failed or was cancelled before is left as it is. */
const CANCEL = `
  update export_job set state = 'cancelled', leased_until = null, finished_at = $3, kept_bytes = 0
  where account_id = $1 and export_id = $2 and state in ('waiting', 'running', 'done')`;

export class SqlExportJobs implements ExportJobStore {
  constructor(private readonly dataSource: DataSource) {}

  add(
    job: NewExportJob,
    { waitingMax, joinsRunning }: { waitingMax: number; joinsRunning: boolean },
  ): Promise<ExportJob | undefined> {
    const { accountId, exportId, period, format, team, focusVersion, issued, requestedAt, requestedBy } = job;
    return withTransaction(this.dataSource, async (manager) => {
      // One request of the account at a time: who comes second sees the first one's job.
      await manager.query('select from billing_account where account_id = $1 for no key update', [accountId]);
      const of = [period, format, team, focusVersion, issued];
      const [same] = await manager.query<ExportJobRow[]>(SELECT_SAME, [accountId, ...of, joinsRunning]);
      if (same) return exportJobFromRow(same);
      if ((await countWaiting(manager, accountId)) >= waitingMax) return undefined;
      const values = [accountId, exportId, ...of, formatInstant(requestedAt), requestedBy];
      const [added] = await manager.query<ExportJobRow[]>(INSERT, values);
      return added && exportJobFromRow(added);
    });
  }

  async find(accountId: number, exportId: string): Promise<ExportJob | undefined> {
    const [row] = await this.dataSource.query<ExportJobRow[]>(`${SELECT} and export_id = $2`, [accountId, exportId]);
    return row && exportJobFromRow(row);
  }

  async list({ accountId, after, limit }: ExportJobPage): Promise<readonly ExportJob[]> {
    const rows = await this.dataSource.query<ExportJobRow[]>(
      `${SELECT} and ($2::uuid is null or export_id < $2) order by export_id desc limit $3`,
      [accountId, after ?? null, limit],
    );
    return rows.map(exportJobFromRow);
  }

  cancel(accountId: number, exportId: string, at: EpochMs): Promise<ExportJob | undefined> {
    return withTransaction(this.dataSource, async (manager) => {
      const [, cancelled] = await manager.query<[unknown, number]>(CANCEL, [accountId, exportId, formatInstant(at)]);
      if (cancelled > 0)
        await manager.query('delete from export_chunk where account_id = $1 and export_id = $2', [accountId, exportId]);
      const [row] = await manager.query<ExportJobRow[]>(`${SELECT} and export_id = $2`, [accountId, exportId]);
      return row && exportJobFromRow(row);
    });
  }

  async chunkAt(accountId: number, exportId: string, byte: number): Promise<FileChunk | undefined> {
    const [row] = await this.dataSource.query<{ first_byte: string; bytes: Uint8Array }[]>(
      `select first_byte, bytes from export_chunk where account_id = $1 and export_id = $2 and first_byte <= $3
       order by first_byte desc limit 1`,
      [accountId, exportId, byte],
    );
    return row && { firstByte: Number(row.first_byte), bytes: row.bytes };
  }
}

async function countWaiting(manager: EntityManager, accountId: number): Promise<number> {
  const [row] = await manager.query<{ n: number }[]>(
    `select count(*)::int as n from export_job where account_id = $1 and state = 'waiting'`,
    [accountId],
  );
  return row?.n ?? 0;
}
