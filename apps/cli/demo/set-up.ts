import { importCounts, poolWire, teamWire } from '#contract';
import type { ApiClient } from '../client/api-client.js';
import { ApiError } from '../client/api-error.js';
import { POOLS, TEAMS } from './company.js';
import { demoContractPrices, demoCostRecords } from './instances.js';

/** Tells the server of the company: its teams, its pools and what they cost, its contract. Doing it again changes nothing. */
export async function setUpCompany(client: ApiClient): Promise<void> {
  for (const { team, costCenter, name } of TEAMS) {
    const body = { costCenter, displayName: name, validFrom: '1970-01-01T00:00:00Z' };
    await client.request('PUT', `/v1/teams/${team}`, teamWire, { body });
  }
  for (const { pool, policy } of POOLS) await ensurePool(client, { pool, ...policy });
  const headers = { 'content-type': 'text/csv' };
  await client.request('POST', '/v1/cost-records', importCounts, { body: demoCostRecords(), headers });
  await client.request('POST', '/v1/prices', importCounts, { body: demoContractPrices(), headers });
}

async function ensurePool(client: ApiClient, body: object): Promise<void> {
  try {
    await client.request('POST', '/v1/pools', poolWire, { body });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  }
}
