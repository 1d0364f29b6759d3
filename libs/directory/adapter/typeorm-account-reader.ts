import type { DataSource } from 'typeorm';
import type { Account } from '../domain/index.js';
import type { AccountReader } from '../service/account-reader.js';
import { BillingAccountEntity } from './billing-account.entity.js';

export class TypeormAccountReader implements AccountReader {
  constructor(private readonly dataSource: DataSource) {}

  async load(accountId: number): Promise<Account> {
    return fromRow(await this.dataSource.getRepository(BillingAccountEntity).findOneByOrFail({ accountId }));
  }

  async list(): Promise<readonly Account[]> {
    const rows = await this.dataSource.getRepository(BillingAccountEntity).find({ order: { accountId: 'asc' } });
    return rows.map(fromRow);
  }
}

function fromRow({ accountId, name, timeZone, currency, platformTeam }: BillingAccountEntity): Account {
  return { accountId, name, timeZone, currency, platformTeam };
}
