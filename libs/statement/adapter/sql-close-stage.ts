import { once } from 'node:events';
import { from as copyFrom } from 'pg-copy-streams';
import type { EntityManager } from 'typeorm';
import { formatInstant } from '#calendar';
import { pgClientOf } from '#platform';
import { LinesHash, type StatementLine } from '../domain/index.js';
import type { CloseStage, KeptClose, NewClose } from '../service/close-store.js';
import { postingToRow } from './close-rows.js';
import { copyLines, STAGED_COLUMNS } from './copy-lines.js';

/** Spells "closes": one close at a time for an account, whose number is the lock's second half. */
const LOCK = 1_668_050_803;
/** Lines that are text at the same time. */
const COPIED_AT_ONCE = 2_000;
/** Lines whose hashes are read at the same time. */
const HASHED_AT_ONCE = 20_000;

const COLUMNS = STAGED_COLUMNS.join(', ');

const CREATE_STAGED = `
  create temporary table staged_line on commit drop as
  select ${COLUMNS}, ''::bytea as order_key from statement_line with no data`;

const COPY_STAGED = `copy staged_line (${COLUMNS}, order_key) from stdin`;

const INSERT_LINES = `
  insert into statement_line (account_id, close_number, line_number, ${COLUMNS})
  select $1, $2, row_number() over (order by order_key), ${COLUMNS} from staged_line`;

const SELECT_HASHES = `
  select string_agg(line_hash, E'\\n' order by line_number) as hashes from statement_line
  where account_id = $1 and close_number = $2 and line_number > $3 and line_number <= $4`;

const INSERT_POSTINGS = `
  insert into journal_posting (account_id, close_number, posting_number, ledger_account, cost_center, team, debit, credit)
  select $1, $2, posting_number, ledger_account, cost_center, team, debit, credit
  from jsonb_populate_recordset(null::journal_posting, $3::jsonb)`;

/**
 * A close within one transaction: lines go to a table of its own as they come, which the database then puts in order. Only some
 * thousand of them are in memory.
 */
export class SqlCloseStage implements CloseStage {
  private constructor(
    private readonly manager: EntityManager,
    private readonly accountId: number,
    private readonly last: () => Promise<KeptClose | undefined>,
  ) {}

  /** `last`: reads the last of the chain. */
  static async open(
    manager: EntityManager,
    accountId: number,
    last: () => Promise<KeptClose | undefined>,
  ): Promise<SqlCloseStage> {
    // It waits for the month to be billed, whose readings are bounded themselves.
    await manager.query('set local idle_in_transaction_session_timeout = 0');
    await manager.query(CREATE_STAGED);
    return new SqlCloseStage(manager, accountId, last);
  }

  async add(lines: readonly StatementLine[]): Promise<void> {
    if (lines.length === 0) return;
    const client = await pgClientOf(this.manager.queryRunner);
    const stream = client.query(copyFrom(COPY_STAGED));
    const finished = once(stream, 'finish');
    // Who is told of a failure by a write is told once more by the end.
    finished.catch(() => undefined);
    for (let from = 0; from < lines.length; from += COPIED_AT_ONCE)
      if (!stream.write(copyLines(lines.slice(from, from + COPIED_AT_ONCE)))) await once(stream, 'drain');
    stream.end();
    await finished;
  }

  async append(
    after: string | null,
    make: (last: KeptClose | undefined, linesHash: string) => NewClose,
  ): Promise<KeptClose | undefined> {
    const { manager, accountId } = this;
    await manager.query('select pg_advisory_xact_lock($1, $2)', [LOCK, accountId]);
    const last = await this.last();
    if ((last?.hash ?? null) !== after) return undefined;
    const closeNumber = (last?.closeNumber ?? 0) + 1;
    await manager.query(INSERT_LINES, [accountId, closeNumber]);
    const close = make(last, await this.linesHash(closeNumber));
    await this.insert(close);
    const { document, text, hash, previousHash } = close;
    return { closeNumber, period: document.period.name, text, hash, previousHash, issuedAt: null, issuedBy: null };
  }

  private async linesHash(closeNumber: number): Promise<string> {
    const hash = new LinesHash();
    for (let from = 0; ; from += HASHED_AT_ONCE) {
      const [page] = await this.manager.query<{ hashes: string | null }[]>(SELECT_HASHES, [
        ...[this.accountId, closeNumber],
        ...[from, from + HASHED_AT_ONCE],
      ]);
      if (!page?.hashes) return hash.digest();
      hash.add(page.hashes);
    }
  }

  /** The close itself comes last: from then on the database lets nothing join it. */
  private async insert({ document, text, hash, previousHash, postings }: NewClose): Promise<void> {
    const { manager, accountId } = this;
    const { closeNumber, currency, period, closedBy } = document;
    await manager.query(
      `insert into journal_entry (account_id, close_number, currency, posted_at, posted_by) values ($1, $2, $3, $4, $5)`,
      [accountId, closeNumber, currency, formatInstant(document.closedAt), closedBy],
    );
    await manager.query(INSERT_POSTINGS, [accountId, closeNumber, JSON.stringify(postings.map(postingToRow))]);
    await manager.query(
      `insert into statement_close (account_id, close_number, billing_period, document, previous_hash, hash)
       values ($1, $2, $3, $4, $5, $6)`,
      [accountId, closeNumber, period.name, text, previousHash, hash],
    );
  }
}
