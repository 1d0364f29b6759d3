import type { DataSource, EntityManager } from 'typeorm';
import type { CostCenterInputs } from '../domain/index.js';
import type { CostCenterReader } from '../service/cost-center-reader.js';
import type {
  CostCenter,
  CostCenterPage,
  CostCenterStore,
  RecordedCostCenterVersion,
} from '../service/cost-center-store.js';

interface CostCenterRow {
  readonly cost_center: string;
  readonly versions: readonly {
    readonly version: number;
    readonly valid_from_ms: number;
    readonly business_unit: string | null;
    readonly recorded_at_ms: number;
    readonly recorded_by: string | null;
  }[];
}

/** Each cost centre with its versions in one row: those named like `$2`, or after `$3`, at most `$4`; null: all. */
const SELECT_COST_CENTERS = `
  select cost_center, json_agg(json_build_object('version', version,
    'valid_from_ms', (extract(epoch from valid_from) * 1000)::bigint, 'business_unit', business_unit,
    'recorded_at_ms', (extract(epoch from recorded_at) * 1000)::bigint, 'recorded_by', recorded_by)
    order by version) as versions
  from cost_center_version
  where account_id = $1 and ($2::text is null or cost_center = $2)
    and ($3::text is null or cost_center collate "C" > $3)
  group by cost_center
  order by cost_center collate "C"
  limit $4`;

export class SqlCostCenterStore implements CostCenterStore, CostCenterReader {
  constructor(private readonly dataSource: DataSource) {}

  async load(accountId: number): Promise<readonly CostCenterInputs[]> {
    return select(this.dataSource.manager, [accountId, null, null, null]);
  }

  list({ accountId, after, limit }: CostCenterPage): Promise<readonly CostCenter[]> {
    return select(this.dataSource.manager, [accountId, null, after ?? null, limit]);
  }

  find(accountId: number, costCenter: string): Promise<CostCenter | undefined> {
    return findIn(this.dataSource.manager, accountId, costCenter);
  }

  change(
    accountId: number,
    costCenter: string,
    decide: (versions: readonly RecordedCostCenterVersion[]) => Omit<RecordedCostCenterVersion, 'version'> | undefined,
  ): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      // One change of the account's directory at a time, as for teams.
      await manager.query('select from billing_account where account_id = $1 for no key update', [accountId]);
      const versions = (await findIn(manager, accountId, costCenter))?.versions ?? [];
      const added = decide(versions);
      if (!added) return;
      await manager.query(
        `insert into cost_center_version (account_id, cost_center, version, valid_from, business_unit, recorded_at, recorded_by)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [
          accountId,
          costCenter,
          (versions.at(-1)?.version ?? 0) + 1,
          new Date(added.validFrom),
          added.businessUnit,
          new Date(added.recordedAt),
          added.recordedBy,
        ],
      );
    });
  }
}

async function findIn(manager: EntityManager, accountId: number, costCenter: string): Promise<CostCenter | undefined> {
  const [found] = await select(manager, [accountId, costCenter, null, 1]);
  return found;
}

async function select(manager: EntityManager, parameters: unknown[]): Promise<CostCenter[]> {
  return (await manager.query<CostCenterRow[]>(SELECT_COST_CENTERS, parameters)).map(fromRow);
}

function fromRow({ cost_center: costCenter, versions }: CostCenterRow): CostCenter {
  return {
    costCenter,
    versions: versions.map((row) => ({
      version: row.version,
      validFrom: row.valid_from_ms,
      businessUnit: row.business_unit,
      recordedAt: row.recorded_at_ms,
      recordedBy: row.recorded_by,
    })),
  };
}
