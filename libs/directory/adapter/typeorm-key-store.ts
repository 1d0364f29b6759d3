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
      // All starters but the first find a key.
      await lockAccount(manager, accountId);
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

  revoke(accountId: number, apiKeyId: string, at: EpochMs, by: string | null): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      await lockAccount(manager, accountId);
      const active = await manager.findBy(ApiKeyEntity, { accountId, revokedAt: IsNull() });
      const key = active.find((one) => one.apiKeyId === apiKeyId);
      if (!key) return true;
      const makers = active.filter(({ scopes }) => scopes.includes('keys:write'));
      if (makers.length === 1 && makers[0] === key) return false;
      await manager.update(ApiKeyEntity, { accountId, apiKeyId }, { revokedAt: new Date(at), revokedBy: by });
      return true;
    });
  }
}

/** Starters and revocations at once stand in line here. */
async function lockAccount(manager: EntityManager, accountId: number): Promise<void> {
  await manager.query('select from billing_account where account_id = $1 for no key update', [accountId]);
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
    revokedBy: null,
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
