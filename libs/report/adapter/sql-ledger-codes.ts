import type { DataSource, EntityManager } from 'typeorm';
import { formatInstant } from '#calendar';
import { withTransaction } from '#platform';
import type { LedgerCode, LedgerCodeVersion, LedgerName, LedgerNameKind } from '../domain/index.js';
import type { LedgerCodePage, LedgerCodeStore } from '../service/ledger-code-store.js';

interface CodeRow {
  readonly kind: LedgerNameKind;
  readonly name: string;
  readonly versions: readonly {
    readonly version: number;
    readonly valid_from_ms: number;
    readonly code: string | null;
    readonly recorded_at_ms: number;
    readonly recorded_by: string | null;
  }[];
}

/** Each name with its versions in one row. Code-unit order, whatever the database's locale, so that pages follow each other. */
const selectCodes = (condition: string, limit = '') => `
  select kind, name, json_agg(json_build_object('version', version,
    'valid_from_ms', (extract(epoch from valid_from) * 1000)::bigint, 'code', code,
    'recorded_at_ms', (extract(epoch from recorded_at) * 1000)::bigint, 'recorded_by', recorded_by) order by version) as versions
  from ledger_code where account_id = $1 and ${condition}
  group by kind, name order by kind collate "C", name collate "C" ${limit}`;

export class SqlLedgerCodes implements LedgerCodeStore {
  constructor(private readonly dataSource: DataSource) {}

  async list({ accountId, after, limit }: LedgerCodePage): Promise<readonly LedgerCode[]> {
    const condition = `($2::text is null or (kind collate "C", name collate "C") > ($2, $3))`;
    const rows = await this.dataSource.query<CodeRow[]>(selectCodes(condition, 'limit $4'), [
      accountId,
      after?.kind ?? null,
      after?.name ?? null,
      limit,
    ]);
    return rows.map(fromRow);
  }

  async load(accountId: number, names: readonly string[]): Promise<readonly LedgerCode[]> {
    const rows = await this.dataSource.query<CodeRow[]>(selectCodes('name = any($2::text[])'), [accountId, names]);
    return rows.map(fromRow);
  }

  change(
    accountId: number,
    name: LedgerName,
    decide: (before: readonly LedgerCodeVersion[]) => LedgerCodeVersion | undefined,
  ): Promise<LedgerCode> {
    return withTransaction(this.dataSource, async (manager) => {
      // One change of the account's codes at a time: rare, by hand, and free of deadlocks this way.
      await manager.query('select from billing_account where account_id = $1 for no key update', [accountId]);
      const before = await versionsOf(manager, accountId, name);
      const added = decide(before);
      if (added) await insert(manager, accountId, name, added);
      return { ...name, versions: added ? [...before, added] : before };
    });
  }
}

async function versionsOf(
  manager: EntityManager,
  accountId: number,
  { kind, name }: LedgerName,
): Promise<readonly LedgerCodeVersion[]> {
  const rows = await manager.query<CodeRow[]>(selectCodes('kind = $2 and name = $3'), [accountId, kind, name]);
  return rows.flatMap((row) => fromRow(row).versions);
}

async function insert(
  manager: EntityManager,
  accountId: number,
  { kind, name }: LedgerName,
  { version, validFrom, code, recordedAt, recordedBy }: LedgerCodeVersion,
): Promise<void> {
  await manager.query(
    `insert into ledger_code (account_id, kind, name, version, valid_from, code, recorded_at, recorded_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [accountId, kind, name, version, formatInstant(validFrom), code, formatInstant(recordedAt), recordedBy],
  );
}

function fromRow({ kind, name, versions }: CodeRow): LedgerCode {
  return {
    kind,
    name,
    versions: versions.map(({ version, valid_from_ms, code, recorded_at_ms, recorded_by }) => ({
      version,
      validFrom: valid_from_ms,
      code,
      recordedAt: recorded_at_ms,
      recordedBy: recorded_by,
    })),
  };
}
