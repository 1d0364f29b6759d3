import { DataSource } from 'typeorm';
import { SqlQuotaStore } from '../../libs/quota/adapter/sql-quota-store.js';
import { describeQuotaStore } from '../support/quota/conformance.js';

describeQuotaStore('the quota store in Postgres', async ({ url }) => {
  const dataSource = await new DataSource({ type: 'postgres', url, poolSize: 16 }).initialize();
  return {
    open: () => new SqlQuotaStore(dataSource),
    close: () => dataSource.destroy(),
  };
});
