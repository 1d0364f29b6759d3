import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { ExportWire, exportPage } from '#contract';
import { DRAIN_EXPORTS, type DrainExports, PURGE_EXPORTS, type PurgeExports } from '#report';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, query, setUpPool } from '../support/billing.js';
import { closeLines, type HeldLines, holdLinesFrom } from '../support/closed-lines.js';
import { eventually } from '../support/eventually.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';

const OCTOBER = '2026-10';
const DAY_MS = 86_400_000;
/** Of the largest file below several chunks. */
const LINES = 6_000;

type ExportPage = z.output<typeof exportPage>;

const request = (app: TestApp, body: object) => ask<ExportWire>(app, 'POST', '/v1/exports', body);
const find = (app: TestApp, id: string) => ask<ExportWire>(app, 'GET', `/v1/exports/${id}`);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The export when its work has ended, however. */
function ended(app: TestApp, id: string): Promise<ExportWire> {
  return eventually(async () => {
    const job = await find(app, id);
    expect(job.finishedAt).not.toBeNull();
    return job;
  }, 60_000);
}

async function done(app: TestApp, body: object): Promise<ExportWire> {
  const job = await ended(app, (await request(app, body)).id);
  expect(job).toMatchObject({ state: 'done', problem: null });
  return job;
}

async function fetchFile(app: TestApp, path: string, headers: Record<string, string> = {}) {
  const response = await app.request('GET', path, undefined, headers);
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

async function problemOf(app: TestApp, method: string, path: string, body?: object): Promise<unknown[]> {
  const answer = await read(await app.request(method, path, body));
  return [answer.status, answer.body.code];
}

async function storedBytes(app: TestApp, id: string): Promise<number> {
  const [row] = await query<{ bytes: string }>(
    app.database.url,
    'select coalesce(sum(length(bytes)), 0) as bytes from export_chunk where export_id = $1',
    [id],
  );
  return Number(row?.bytes);
}

describe('exports in the background, of a month closed as months are', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ env: { APPORTION_SWEEP_INTERVAL_MS: '50' } });
    app.clock.set(Date.UTC(2026, 10, 2));
    await setUpPool(app, {
      ...{ pool: 'p5', hourlyRate: '55.0412345', weights: { inputUncached: '1', output: '2' } },
      ...{ from: '2026-10-01T10:00:00Z', to: '2026-10-01T11:00:00Z' },
    });
    const at = '2026-10-01T10:05:00Z';
    await sendAndWait(app, [
      usageEvent('a', { team: 'search', pool: 'p5', occurredAt: at }),
      usageEvent('b', { team: '=ads', pool: 'p5', occurredAt: at, tokens: { output: 77 } }),
      usageEvent('d', { team: 'search', pool: undefined, provider: 'openai', model: 'unheard-of', occurredAt: at }),
    ]);
    const accepted = { accept: ['unpriced_usage'], reason: 'no price yet' };
    await ask(app, 'POST', `/v1/statements/${OCTOBER}/close`, accepted);
  });
  afterAll(() => app.close());

  it.each([
    { format: 'chargeback', path: 'chargeback.csv' },
    { format: 'json', path: 'chargeback.json' },
    { format: 'parquet', path: 'chargeback.parquet' },
    { format: 'xlsx', path: 'chargeback.xlsx' },
    { format: 'summary', path: 'summary.csv' },
    { format: 'journal', path: 'journal.csv' },
    { format: 'focus', path: 'focus.csv' },
    { format: 'focus', focusVersion: '1.3', path: 'focus.csv?focusVersion=1.3' },
    { format: 'chargeback', team: '=ads', path: 'chargeback.csv?team=%3Dads' },
    { format: 'pdf', team: 'search', path: 'statement.pdf?team=search' },
  ])('have the bytes of $path', async ({ path, ...body }) => {
    const direct = await fetchFile(app, `/v1/statements/${OCTOBER}/${path}`);
    expect(direct.status).toBe(200);
    const job = await done(app, { period: OCTOBER, ...body });
    const { progress, file } = job;
    expect(progress.total).toBe(progress.done);
    expect(progress.done).toBeGreaterThan(0);
    expect(file).toMatchObject({ bytes: direct.bytes.length, sha256: sha256(direct.bytes), currency: 'USD' });
    const kept = await fetchFile(app, `/v1/exports/${job.id}/file`);
    expect(kept.bytes.equals(direct.bytes)).toBe(true);
    for (const header of ['content-type', 'content-disposition', 'content-length', 'repr-digest'])
      expect([header, kept.headers.get(header)]).toEqual([header, direct.headers.get(header)]);
  });

  it('say how many rows they have and what these bill', async () => {
    const { file } = await done(app, { period: OCTOBER, format: 'chargeback' });
    const manifest = await ask(app, 'GET', `/v1/statements/${OCTOBER}/chargeback.manifest.json`);
    expect(manifest).toMatchObject({ file: file?.name, rows: file?.rows, total: { billed: file?.billed } });
  });

  it('are of closed months, teams that have a statement, and formats as they are', async () => {
    const code = (body: object) => problemOf(app, 'POST', '/v1/exports', { period: OCTOBER, format: 'json', ...body });
    expect(await code({ period: '2026-11' })).toEqual([409, 'statement.not_closed']);
    expect(await code({ period: '2026-13' })).toEqual([400, 'statement.bad_period']);
    expect(await code({ team: 'nobody' })).toEqual([404, 'report.team_not_found']);
    const pointers = async (body: object) => {
      const answer = await read(await app.request('POST', '/v1/exports', { period: OCTOBER, ...body }));
      const errors = answer.body.errors as { pointer: string }[];
      return [answer.status, ...errors.map(({ pointer }) => pointer)];
    };
    expect(await pointers({ format: 'pdf' })).toEqual([400, '/team']);
    expect(await pointers({ format: 'journal', team: 'search' })).toEqual([400, '/team']);
    expect(await pointers({ format: 'json', focusVersion: '1.2' })).toEqual([400, '/focusVersion']);
    expect(await pointers({ format: 'docx' })).toEqual([400, '/format']);
    expect(await pointers({ format: 'json', lines: 3 })).toEqual([400, '']);
  });

  it('are listed, the latest first, page by page', async () => {
    const first = await request(app, { period: OCTOBER, format: 'json', team: 'search' });
    const second = await request(app, { period: OCTOBER, format: 'summary', team: 'search' });
    const page = await ask<ExportPage>(app, 'GET', '/v1/exports?limit=1');
    expect(page.data.map(({ id }) => id)).toEqual([second.id]);
    const next = await ask<ExportPage>(app, 'GET', `/v1/exports?limit=1&cursor=${page.nextCursor ?? ''}`);
    expect(next.data.map(({ id }) => id)).toEqual([first.id]);
    expect(await problemOf(app, 'GET', '/v1/exports?cursor=WyJ4Il0')).toEqual([400, 'request.invalid']);
  });

  it('are of one account, for those who may', async () => {
    const [row] = await query<{ id: string }>(
      app.database.url,
      `with account as (insert into billing_account (account_id, name) values (2, 'other') returning account_id)
       insert into export_job (account_id, export_id, billing_period, format, issued, requested_at, requested_by, state, finished_at)
       select account_id, gen_random_uuid(), '${OCTOBER}', 'json', false, now(), 'x', 'cancelled', now() from account
       returning export_id as id`,
    );
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/file'],
      ['DELETE', ''],
    ] as const)
      expect(await problemOf(app, method, `/v1/exports/${row?.id ?? ''}${path}`)).toEqual([
        404,
        'report.export_not_found',
      ]);
    expect(await problemOf(app, 'GET', '/v1/exports/1')).toEqual([400, 'request.invalid']);
    const { key } = await ask<{ key: string }>(app, 'POST', '/v1/keys', { name: 'k', scopes: ['costs:read'] });
    const response = await app.request('GET', '/v1/exports', undefined, { authorization: `Bearer ${key}` });
    expect(response.status).toBe(403);
  });

  it('are kept for a week and then gone, and the job is remembered', async () => {
    const job = await done(app, { period: OCTOBER, format: 'parquet' });
    expect(Date.parse(job.expiresAt ?? '') - Date.parse(job.finishedAt ?? '')).toBe(7 * DAY_MS);
    app.clock.set(Date.parse(job.expiresAt ?? '') + 1);
    expect(await problemOf(app, 'GET', `/v1/exports/${job.id}/file`)).toEqual([410, 'report.export_expired']);
    const purge = app.app.get<PurgeExports>(PURGE_EXPORTS, { strict: false });
    await purge.run();
    expect(await storedBytes(app, job.id)).toBe(0);
    expect(await find(app, job.id)).toEqual(job);
    expect(await problemOf(app, 'GET', `/v1/exports/${job.id}/file`)).toEqual([410, 'report.export_expired']);
    app.clock.set(app.clock.now() + 91 * DAY_MS);
    await purge.run();
    expect(await problemOf(app, 'GET', `/v1/exports/${job.id}`)).toEqual([404, 'report.export_not_found']);
  });
});

describe('exports in the background, of a large month', () => {
  let app: TestApp;
  let held: HeldLines | undefined;
  const workers: TestApp[] = [];
  const json = { period: OCTOBER, format: 'json' };
  beforeEach(async () => {
    app = await startTestApp({ roles: 'api' });
    await closeLines(app.database.url, OCTOBER, LINES);
  });
  afterEach(async () => {
    await held?.release();
    held = undefined;
    for (const worker of workers.splice(0)) await worker.close();
    await app.close();
  });

  const startWorker = async () => {
    const env = { APPORTION_SWEEP_INTERVAL_MS: '50' };
    const worker = await startTestApp({ database: app.database, roles: 'worker', env });
    workers.push(worker);
    return worker;
  };
  /** Its first bytes are there, and it waits for the rest of its lines. */
  const halfWritten = (id: string) =>
    eventually(async () => {
      const { state, progress } = await find(app, id);
      expect({ state, total: progress.total }).toEqual({ state: 'running', total: LINES });
      expect(progress.done).toBeGreaterThan(0);
      expect(await storedBytes(app, id)).toBeGreaterThan(0);
    }, 60_000);
  const release = async () => {
    await held?.release();
    held = undefined;
  };

  it('are one for all who ask for the same while it waits', async () => {
    const { id } = await request(app, json);
    const again = await app.request('POST', '/v1/exports', json);
    expect([again.status, again.headers.get('location')]).toEqual([202, `/v1/exports/${id}`]);
    const together = await Promise.all(Array.from({ length: 5 }, () => request(app, { ...json, format: 'focus' })));
    expect(new Set(together.map((job) => job.id)).size).toBe(1);
    expect((await request(app, { ...json, team: 'team-000000' })).id).not.toBe(id);
    expect(await problemOf(app, 'GET', `/v1/exports/${id}/file`)).toEqual([409, 'report.export_not_done']);
    await ask(app, 'DELETE', `/v1/exports/${id}`);
    expect((await request(app, json)).id).not.toBe(id);
    await ask(app, 'POST', `/v1/statements/${OCTOBER}/issue`);
    const issued = await request(app, json);
    expect(issued.id).not.toBe(id);
    await startWorker();
    expect((await ended(app, issued.id)).file?.name).toBe(`chargeback_${OCTOBER}_all_issued.json`);
    expect((await request(app, json)).id).not.toBe(issued.id);
  });

  it('are joined while they are written, but for what says more than the close does', async () => {
    held = await holdLinesFrom(app.database.url, LINES);
    await startWorker();
    const { id } = await request(app, json);
    await halfWritten(id);
    expect((await request(app, json)).id).toBe(id);
    await startWorker();
    const focus = await request(app, { ...json, format: 'focus' });
    await halfWritten(focus.id);
    expect((await request(app, { ...json, format: 'focus' })).id).not.toBe(focus.id);
  });

  it('stop soon when cancelled, and leave nothing', async () => {
    held = await holdLinesFrom(app.database.url, LINES);
    await startWorker();
    const { id } = await request(app, json);
    await halfWritten(id);
    const cancelled = await ask<ExportWire>(app, 'DELETE', `/v1/exports/${id}`);
    expect(cancelled).toMatchObject({ state: 'cancelled', file: null, expiresAt: null });
    expect(await storedBytes(app, id)).toBe(0);
    await release();
    // The worker has come to the end of the one when it does the next.
    await done(app, { period: OCTOBER, format: 'summary' });
    expect(await find(app, id)).toEqual(cancelled);
    expect(await storedBytes(app, id)).toBe(0);
    expect(await problemOf(app, 'GET', `/v1/exports/${id}/file`)).toEqual([409, 'report.export_without_file']);
  });

  it('are given back by a worker that stops, and whole when another has written them', async () => {
    held = await holdLinesFrom(app.database.url, LINES);
    const worker = await startWorker();
    const { id } = await request(app, json);
    await halfWritten(id);
    const stopped = worker.app.get<DrainExports>(DRAIN_EXPORTS, { strict: false }).stop();
    await release();
    await stopped;
    for (const gone of workers.splice(0)) await gone.close();
    expect(await find(app, id)).toMatchObject({ state: 'waiting' });
    expect(await storedBytes(app, id)).toBe(0);
    await startWorker();
    const { file } = await ended(app, id);
    const kept = await fetchFile(app, `/v1/exports/${id}/file`);
    expect(sha256(kept.bytes)).toBe(file?.sha256);
    const direct = await fetchFile(app, `/v1/statements/${OCTOBER}/chargeback.json`);
    expect(kept.bytes.equals(direct.bytes)).toBe(true);
  });

  it('fail with a reason when workers die of them', async () => {
    const { id } = await request(app, json);
    await query(
      app.database.url,
      `update export_job set state = 'running', attempt = 3, leased_until = now() - interval '1 second'`,
    );
    await startWorker();
    expect(await ended(app, id)).toMatchObject({
      ...{ state: 'failed', file: null },
      problem: { code: 'report.export_interrupted' },
    });
    expect(await problemOf(app, 'GET', `/v1/exports/${id}/file`)).toEqual([409, 'report.export_without_file']);
    expect(await ask<ExportWire>(app, 'DELETE', `/v1/exports/${id}`)).toMatchObject({ state: 'failed' });
  });

  it('are fetched in parts, so that a download goes on where it broke off', async () => {
    await startWorker();
    const { id, file } = await done(app, json);
    const path = `/v1/exports/${id}/file`;
    const whole = await fetchFile(app, path);
    const etag = whole.headers.get('etag') ?? '';
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    expect(whole.bytes.length).toBeGreaterThan(2 * 1024 * 1024);
    expect(sha256(whole.bytes)).toBe(file?.sha256);
    const head = await app.request('HEAD', path);
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(whole.bytes.length)]);
    // Over the edges of chunks, too.
    const cuts = [0, 1, 1_048_575, 1_048_576, 1_500_000, whole.bytes.length];
    const parts: Buffer[] = [];
    for (const [i, from] of cuts.slice(0, -1).entries()) {
      const last = (cuts[i + 1] ?? 0) - 1;
      const part = await fetchFile(app, path, { range: `bytes=${from}-${last}`, 'if-range': etag });
      expect([part.status, part.headers.get('content-range')]).toEqual([
        206,
        `bytes ${from}-${last}/${whole.bytes.length}`,
      ]);
      expect(part.headers.get('repr-digest')).toBe(whole.headers.get('repr-digest'));
      parts.push(part.bytes);
    }
    expect(Buffer.concat(parts).equals(whole.bytes)).toBe(true);
    const tail = await fetchFile(app, path, { range: 'bytes=-7' });
    expect(tail.bytes.equals(whole.bytes.subarray(-7))).toBe(true);
    const other = await fetchFile(app, path, { range: 'bytes=5-', 'if-range': '"another"' });
    expect([other.status, other.bytes.length]).toEqual([200, whole.bytes.length]);
    const beyond = await app.request('GET', path, undefined, { range: `bytes=${whole.bytes.length}-` });
    expect(beyond.headers.get('content-range')).toBe(`bytes */${whole.bytes.length}`);
    expect(await read(beyond)).toMatchObject({ status: 416, body: { code: 'report.export_range' } });
  });

  it('are counted by state', async () => {
    await request(app, json);
    const { id } = await request(app, { ...json, format: 'summary' });
    await ask(app, 'DELETE', `/v1/exports/${id}`);
    const text = await (await app.request('GET', '/metrics')).text();
    expect(text).toContain('apportion_export_jobs{state="waiting"} 1');
    expect(text).toContain('apportion_export_jobs{state="cancelled"} 1');
    expect(text).toContain('apportion_export_bytes 0');
  });
});

describe('exports in the background, with little room', () => {
  it('let the oldest file go for a new one, and do not begin to keep what is larger than all room', async () => {
    const env = { APPORTION_SWEEP_INTERVAL_MS: '50', APPORTION_EXPORT_MAX_BYTES: '2000000' };
    const app = await startTestApp({ env });
    await closeLines(app.database.url, OCTOBER, LINES);
    const first = await done(app, { period: OCTOBER, format: 'chargeback' });
    const second = await done(app, { period: OCTOBER, format: 'chargeback', team: 'team-000000' });
    expect((first.file?.bytes ?? 0) + (second.file?.bytes ?? 0)).toBeGreaterThan(2_000_000);
    await app.app.get<PurgeExports>(PURGE_EXPORTS, { strict: false }).run();
    expect(await problemOf(app, 'GET', `/v1/exports/${first.id}/file`)).toEqual([410, 'report.export_expired']);
    expect((await fetchFile(app, `/v1/exports/${second.id}/file`)).status).toBe(200);

    const { id } = await request(app, { period: OCTOBER, format: 'json' });
    expect(await ended(app, id)).toMatchObject({ state: 'failed', problem: { code: 'report.export_too_large' } });
    expect(await storedBytes(app, id)).toBe(0);
    await app.close();
  });
});
