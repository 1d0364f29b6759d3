import { type DataSource, type EntityManager, IsNull, MoreThan } from 'typeorm';
import type { EpochMs } from '#calendar';
import { isScope, type MachineKey, type NewMachineKey } from '../domain/index.js';
import type { KeyPage, KeyStore } from '../service/key-store.js';
import { ApiKeyEntity } from './api-key.entity.js';

export class TypeormKeyStore implements KeyStore {
  constructor(private readonly dataSource: DataSource) {}

  async insert(key: NewMachineKey): Promise<void> {
    await insertKey(this.dataSource.manager, key);
  }

  insertFirst(key: NewMachineKey, publish: () => Promise<void>): Promise<boolean> {
    const { accountId } = key;
    return this.dataSource.transaction(async (manager) => {
      // Starters at once stand in line here, and all but the first find a key.
      await manager.query('select from billing_account where account_id = $1 for no key update', [accountId]);
      if (await manager.existsBy(ApiKeyEntity, { accountId })) return false;
      await insertKey(manager, key);
      await publish();
      return true;
    });
  }

  async findByDigest(digest: Buffer): Promise<NewMachineKey | undefined> {
    const row = await this.dataSource.getRepository(ApiKeyEntity).findOneBy({ secretSha256: digest });
    return row ? { ...fromRow(row), digest: row.secretSha256 } : undefined;
  }

  async find(accountId: number, apiKeyId: string): Promise<MachineKey | undefined> {
    const row = await this.dataSource.getRepository(ApiKeyEntity).findOneBy({ accountId, apiKeyId });
    return row ? fromRow(row) : undefined;
  }

  async list({ accountId, after, limit }: KeyPage): Promise<readonly MachineKey[]> {
    const rows = await this.dataSource.getRepository(ApiKeyEntity).find({
      where: { accountId, ...(after === undefined ? {} : { apiKeyId: MoreThan(after) }) },
      order: { apiKeyId: 'asc' },
      take: limit,
    });
    return rows.map(fromRow);
  }

  async revoke(accountId: number, apiKeyId: string, at: EpochMs): Promise<void> {
    const keys = this.dataSource.getRepository(ApiKeyEntity);
    await keys.update({ accountId, apiKeyId, revokedAt: IsNull() }, { revokedAt: new Date(at) });
  }
}

async function insertKey(manager: EntityManager, key: NewMachineKey): Promise<void> {
  await manager.insert(ApiKeyEntity, {
    accountId: key.accountId,
    apiKeyId: key.apiKeyId,
    name: key.name,
    secretSha256: key.digest,
    scopes: [...key.scopes],
    createdAt: new Date(key.createdAt),
    createdBy: key.createdBy,
    revokedAt: null,
  });
}

function fromRow(row: ApiKeyEntity): MachineKey {
  return {
    accountId: row.accountId,
    apiKeyId: row.apiKeyId,
    name: row.name,
    // A scope that this version does not know opens nothing.
    scopes: row.scopes.filter(isScope),
    createdAt: row.createdAt.getTime(),
    createdBy: row.createdBy,
    revokedAt: row.revokedAt?.getTime() ?? null,
  };
}
