import { createHash } from 'node:crypto';
import type { ExportWire } from '#contract';
import { ask, query } from '../support/billing.js';
import { closeLines, holdLinesFrom } from '../support/closed-lines.js';
import { eventually } from '../support/eventually.js';
import { HOUSE_PERIOD, type House, openHouse } from '../support/house.js';

const LINES = 6_000;

describe('kill -9 of the worker in the middle of an export', () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse('Postgres', { APPORTION_SWEEP_INTERVAL_MS: '100' });
  });
  afterEach(() => house.close());

  it('leaves no half file that looks whole, and another worker writes it', async () => {
    const { api, worker, database } = house;
    await closeLines(database.url, HOUSE_PERIOD, LINES);
    const held = await holdLinesFrom(database.url, LINES);
    const { id } = await ask<ExportWire>(api, 'POST', '/v1/exports', { period: HOUSE_PERIOD, format: 'json' });
    const find = () => ask<ExportWire>(api, 'GET', `/v1/exports/${id}`);
    await eventually(async () => {
      expect((await find()).progress.done).toBeGreaterThan(0);
      expect(await query(database.url, 'select 1 from export_chunk')).not.toEqual([]);
    });
    await worker.kill();
    await held.release();

    const half = await find();
    expect(half).toMatchObject({ state: 'running', file: null });
    expect(half.progress.done).toBeLessThan(LINES);
    expect((await api.request('GET', `/v1/exports/${id}/file`)).status).toBe(409);
    // As if nobody had heard of the dead one for longer than it may be silent.
    await query(database.url, `update export_job set leased_until = now() - interval '1 second'`);
    await worker.start();

    const { file } = await eventually(async () => {
      const job = await find();
      expect(job.state).toBe('done');
      return job;
    });
    const bytes = async (path: string) => Buffer.from(await (await api.request('GET', path)).arrayBuffer());
    const kept = await bytes(`/v1/exports/${id}/file`);
    expect(createHash('sha256').update(kept).digest('hex')).toBe(file?.sha256);
    expect(kept.equals(await bytes(`/v1/statements/${HOUSE_PERIOD}/chargeback.json`))).toBe(true);
  }, 300_000);
});
