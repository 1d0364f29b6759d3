import type { DataSource, EntityManager } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { withTransaction } from '#platform';
import type { Posting } from '../domain/index.js';
import type { CloseStage, CloseStore, KeptClose, KeptCorrection, KeptLine, LinePage } from '../service/close-store.js';
import { LINE_COLUMNS, type LineRow, lineFromRow, type PostingRow, postingFromRow } from './close-rows.js';
import { SqlCloseStage } from './sql-close-stage.js';

const SELECT_CLOSES = `
  select c.close_number, c.billing_period, c.document, c.hash, c.previous_hash, i.issued_by,
    (extract(epoch from i.issued_at) * 1000)::bigint as issued_ms
  from statement_close c left join statement_issue i using (account_id, close_number)
  where c.account_id = $1`;

/** Whether a line is on a pool of a list, null among them: on none; any is where there is no list. */
function isOn(pool: string, list: string): string {
  return `(${list} is null or ${pool} = any(${list}) or ${pool} is null and array_position(${list}, null) > 0)`;
}

const SELECT_CORRECTIONS = `
  select l.close_number, c.billing_period, ${LINE_COLUMNS.map((column) => `l.${column}`).join(', ')}
  from statement_line l join statement_close c using (account_id, close_number)
  where l.account_id = $1 and l.corrects_period = $2 and (l.close_number, l.line_number) > ($3, $4)
    and ${isOn('l.pool', '$6::text[]')}
  order by l.close_number, l.line_number limit $5`;

interface CloseRow {
  readonly close_number: number;
  readonly billing_period: string;
  readonly document: string;
  readonly hash: string;
  readonly previous_hash: string | null;
  readonly issued_ms: string | null;
  readonly issued_by: string | null;
}

interface CorrectionRow extends LineRow {
  readonly close_number: number;
  readonly billing_period: string;
}

export class SqlCloseStore implements CloseStore {
  constructor(private readonly dataSource: DataSource) {}

  async find(accountId: number, period: string): Promise<KeptClose | undefined> {
    const [row] = await this.dataSource.query<CloseRow[]>(`${SELECT_CLOSES} and c.billing_period = $2`, [
      accountId,
      period,
    ]);
    return row && toKeptClose(row);
  }

  last(accountId: number): Promise<KeptClose | undefined> {
    return lastOf(this.dataSource.manager, accountId);
  }

  async list(accountId: number, afterNumber: number, limit: number): Promise<readonly KeptClose[]> {
    const rows = await this.dataSource.query<CloseRow[]>(
      `${SELECT_CLOSES} and c.close_number > $2 order by c.close_number limit $3`,
      [accountId, afterNumber, limit],
    );
    return rows.map(toKeptClose);
  }

  async lines({ accountId, closeNumber, afterLine, limit, team, pools }: LinePage): Promise<readonly KeptLine[]> {
    const rows = await this.dataSource.query<LineRow[]>(
      `select ${LINE_COLUMNS.join(', ')} from statement_line
       where account_id = $1 and close_number = $2 and line_number > $3 and ($5::text is null or team = $5)
         and ${isOn('pool', '$6::text[]')}
       order by line_number limit $4`,
      [accountId, closeNumber, afterLine, limit, team, pools],
    );
    return rows.map(lineFromRow);
  }

  async poolsBilled(
    accountId: number,
    { closeNumber, period }: Pick<KeptClose, 'closeNumber' | 'period'>,
  ): Promise<readonly (string | null)[]> {
    const rows = await this.dataSource.query<{ pool: string | null }[]>(
      `select pool from statement_line where account_id = $1 and close_number = $2
       union select pool from statement_line where account_id = $1 and corrects_period = $3`,
      [accountId, closeNumber, period],
    );
    return rows.map(({ pool }) => pool);
  }

  async corrections(
    accountId: number,
    period: string,
    after: Pick<KeptCorrection, 'closeNumber' | 'lineNumber'> | undefined,
    limit: number,
    pools?: LinePage['pools'],
  ): Promise<readonly KeptCorrection[]> {
    const rows = await this.dataSource.query<CorrectionRow[]>(SELECT_CORRECTIONS, [
      ...[accountId, period, after?.closeNumber ?? 0, after?.lineNumber ?? 0],
      ...[limit, pools],
    ]);
    return rows.map((row) => ({ ...lineFromRow(row), closeNumber: row.close_number, period: row.billing_period }));
  }

  async postings(accountId: number, closeNumber: number): Promise<readonly Posting[]> {
    const rows = await this.dataSource.query<PostingRow[]>(
      `select ledger_account, cost_center, team, debit, credit from journal_posting
       where account_id = $1 and close_number = $2 order by posting_number`,
      [accountId, closeNumber],
    );
    return rows.map(postingFromRow);
  }

  stage<T>(accountId: number, work: (stage: CloseStage) => Promise<T>): Promise<T> {
    return withTransaction(this.dataSource, async (manager) => {
      return work(await SqlCloseStage.open(manager, accountId, () => lastOf(manager, accountId)));
    });
  }

  async issue(accountId: number, closeNumber: number, at: EpochMs, by: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `insert into statement_issue (account_id, close_number, issued_at, issued_by) values ($1, $2, $3, $4)
       on conflict do nothing returning 1`,
      [accountId, closeNumber, formatInstant(at), by],
    );
    return rows.length > 0;
  }
}

async function lastOf(manager: EntityManager, accountId: number): Promise<KeptClose | undefined> {
  const [row] = await manager.query<CloseRow[]>(`${SELECT_CLOSES} order by c.close_number desc limit 1`, [accountId]);
  return row && toKeptClose(row);
}

function toKeptClose(row: CloseRow): KeptClose {
  return {
    closeNumber: row.close_number,
    period: row.billing_period,
    text: row.document,
    hash: row.hash,
    previousHash: row.previous_hash,
    issuedAt: row.issued_ms === null ? null : Number(row.issued_ms),
    issuedBy: row.issued_by,
  };
}
