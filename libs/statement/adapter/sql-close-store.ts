import type { DataSource, EntityManager } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { withTransaction } from '#platform';
import type { Posting } from '../domain/index.js';
import type { CloseStore, KeptClose, KeptCorrection, KeptLine, NewClose } from '../service/close-store.js';
import {
  LINE_COLUMNS,
  type LineRow,
  lineFromRow,
  lineToRow,
  type PostingRow,
  postingFromRow,
  postingToRow,
} from './close-rows.js';

/** Spells "closes": one close at a time for an account, whose number is the lock's second half. */
const LOCK = 1_668_050_803;
/** Rows of one statement. */
const CHUNK = 1_000;

const SELECT_CLOSES = `
  select c.close_number, c.billing_period, c.document, c.hash, c.previous_hash, i.issued_by,
    (extract(epoch from i.issued_at) * 1000)::bigint as issued_ms
  from statement_close c left join statement_issue i using (account_id, close_number)
  where c.account_id = $1`;

const SELECT_CORRECTIONS = `
  select l.close_number, c.billing_period, ${LINE_COLUMNS.map((column) => `l.${column}`).join(', ')}
  from statement_line l join statement_close c using (account_id, close_number)
  where l.account_id = $1 and l.corrects_period = $2 and (l.close_number, l.line_number) > ($3, $4)
  order by l.close_number, l.line_number limit $5`;

const INSERT_LINES = `
  insert into statement_line (account_id, close_number, ${LINE_COLUMNS.join(', ')})
  select $1, $2, ${LINE_COLUMNS.join(', ')} from jsonb_populate_recordset(null::statement_line, $3::jsonb)`;

const INSERT_POSTINGS = `
  insert into journal_posting (account_id, close_number, posting_number, ledger_account, cost_center, team, debit, credit)
  select $1, $2, posting_number, ledger_account, cost_center, team, debit, credit
  from jsonb_populate_recordset(null::journal_posting, $3::jsonb)`;

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

  async lines(
    accountId: number,
    closeNumber: number,
    afterLine: number,
    limit: number,
    team: string | null,
  ): Promise<readonly KeptLine[]> {
    const rows = await this.dataSource.query<LineRow[]>(
      `select ${LINE_COLUMNS.join(', ')} from statement_line
       where account_id = $1 and close_number = $2 and line_number > $3 and ($5::text is null or team = $5)
       order by line_number limit $4`,
      [accountId, closeNumber, afterLine, limit, team],
    );
    return rows.map(lineFromRow);
  }

  async corrections(
    accountId: number,
    period: string,
    after: Pick<KeptCorrection, 'closeNumber' | 'lineNumber'> | undefined,
    limit: number,
  ): Promise<readonly KeptCorrection[]> {
    const rows = await this.dataSource.query<CorrectionRow[]>(SELECT_CORRECTIONS, [
      ...[accountId, period, after?.closeNumber ?? 0, after?.lineNumber ?? 0],
      limit,
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

  append(
    accountId: number,
    make: (last: KeptClose | undefined) => NewClose | undefined,
  ): Promise<KeptClose | undefined> {
    return withTransaction(this.dataSource, async (manager) => {
      await manager.query('select pg_advisory_xact_lock($1, $2)', [LOCK, accountId]);
      const close = make(await lastOf(manager, accountId));
      if (!close) return undefined;
      await insert(manager, accountId, close);
      const { document, text, hash, previousHash } = close;
      const { closeNumber, period } = document;
      return { closeNumber, period: period.name, text, hash, previousHash, issuedAt: null, issuedBy: null };
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

/** The close itself comes last: from then on the database lets nothing join it. */
async function insert(manager: EntityManager, accountId: number, close: NewClose): Promise<void> {
  const { document, text, hash, previousHash, lines, postings } = close;
  const { closeNumber, currency, period, closedBy } = document;
  const closedAt = formatInstant(document.closedAt);
  const rows = lines.map((line, i) => lineToRow(line, i + 1));
  for (let from = 0; from < rows.length; from += CHUNK) {
    await manager.query(INSERT_LINES, [accountId, closeNumber, JSON.stringify(rows.slice(from, from + CHUNK))]);
  }
  await manager.query(
    `insert into journal_entry (account_id, close_number, currency, posted_at, posted_by) values ($1, $2, $3, $4, $5)`,
    [accountId, closeNumber, currency, closedAt, closedBy],
  );
  await manager.query(INSERT_POSTINGS, [accountId, closeNumber, JSON.stringify(postings.map(postingToRow))]);
  await manager.query(
    `insert into statement_close (account_id, close_number, billing_period, document, previous_hash, hash)
     values ($1, $2, $3, $4, $5, $6)`,
    [accountId, closeNumber, period.name, text, previousHash, hash],
  );
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
