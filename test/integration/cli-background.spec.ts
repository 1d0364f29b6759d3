import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { ExportWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask } from '../support/billing.js';
import { closeLines, type HeldLines, holdLinesFrom } from '../support/closed-lines.js';
import { eventually } from '../support/eventually.js';
import { type Cli, cliFor } from './cli-harness.js';
import { type Proxy, startProxy } from './cli-proxy.js';

const OCTOBER = '2026-10';
const LINES = 6_000;

/** Notes what the file is asked for with, and hangs up in the middle of the first answer of it. */
function hangUpOnce(proxy: Proxy): IncomingHttpHeaders[] {
  const asked: IncomingHttpHeaders[] = [];
  const send = async ({ url = '', headers }: IncomingMessage, response: ServerResponse, hangUp: boolean) => {
    const { authorization = '', range } = headers;
    const answer = await fetch(`${proxy.target}${url}`, { headers: { authorization, ...(range ? { range } : {}) } });
    const bytes = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { 'content-length': bytes.length });
    if (hangUp) response.write(bytes.subarray(0, 1_500_000), () => response.destroy());
    else response.end(bytes);
  };
  proxy.intercept = (request, response) => {
    if (!request.url?.endsWith('/file')) return false;
    asked.push(request.headers);
    void send(request, response, asked.length === 1);
    return true;
  };
  return asked;
}

describe('apportion export --background', () => {
  let app: TestApp;
  let cli: Cli;
  let whole: Buffer;
  let held: HeldLines | undefined;
  beforeAll(async () => {
    app = await startTestApp({ env: { APPORTION_SWEEP_INTERVAL_MS: '50' } });
    await closeLines(app.database.url, OCTOBER, LINES);
    cli = cliFor(app);
    const response = await app.request('GET', `/v1/statements/${OCTOBER}/chargeback.json`);
    whole = Buffer.from(await response.arrayBuffer());
  });
  // Or the app would wait for its worker, and that for the lines.
  afterEach(async () => {
    await held?.release();
    held = undefined;
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  const latest = async () => (await ask<{ data: ExportWire[] }>(app, 'GET', '/v1/exports?limit=1')).data[0]?.id ?? '';
  const run = (out: string, ...words: string[]) =>
    cli.run('export', 'json', '--period', OCTOBER, '--out', out, '--background', ...words);

  it('waits for the file, fetches it, and writes beside it what it is', async () => {
    const out = join(cli.folder, 'a.json');
    const { exitCode, stdout } = await run(out);
    const sha256 = createHash('sha256').update(whole).digest('hex');
    expect(stdout).toMatch(new RegExp(`: 6,000 rows, [\\d,.]+ USD, SHA-256 ${sha256}\n$`));
    expect(exitCode).toBe(0);
    expect(readFileSync(out).equals(whole)).toBe(true);
    expect(existsSync(`${out}.part`)).toBe(false);
    expect(JSON.parse(readFileSync(`${out}.manifest.json`, 'utf8'))).toMatchObject({
      ...{ id: await latest(), format: 'json', state: 'done' },
      file: { sha256, rows: LINES },
    });
  });

  it('goes on where a download broke off', async () => {
    const proxy = await startProxy(app.url);
    const asked = hangUpOnce(proxy);
    const out = join(cli.folder, 'b.json');
    const { exitCode } = await cli.runWith(
      { APPORTION_URL: proxy.url },
      'exports',
      'get',
      await latest(),
      '--out',
      out,
    );
    await proxy.close();
    expect(exitCode).toBe(0);
    expect(readFileSync(out).equals(whole)).toBe(true);
    const sha256 = createHash('sha256').update(whole).digest('hex');
    expect(asked.map(({ range, 'if-range': etag }) => [range === undefined, etag])).toEqual([
      [true, undefined],
      [false, `"${sha256}"`],
    ]);
    // What came before the line broke is not asked for again.
    expect(Number(/^bytes=(\d+)-$/.exec(asked[1]?.range ?? '')?.[1])).toBeGreaterThan(0);
  });

  it.each([
    { what: 'of another file', part: () => Buffer.alloc(1_000, 'x') },
    { what: 'longer than the file', part: () => Buffer.concat([whole, whole]) },
    { what: 'whole already', part: () => whole },
  ])('does not take a part for what it is not: $what', async ({ part }) => {
    const out = join(cli.folder, 'c.json');
    writeFileSync(`${out}.part`, part());
    expect(await cli.run('exports', 'get', await latest(), '--out', out)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(out).equals(whole)).toBe(true);
    expect(existsSync(`${out}.part`)).toBe(false);
  });

  it('says why there is none', async () => {
    const out = join(cli.folder, 'd.json');
    expect(await run(out, '--team', 'nobody')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('[report.team_not_found]'),
    });
    const draft = await cli.run('export', 'json', '--period', '2026-11', '--out', out, '--background');
    expect(draft).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('[statement.not_closed]') });
    expect(existsSync(out)).toBe(false);
  });

  it('lists exports, shows one, and lets go of one', async () => {
    const id = await latest();
    expect((await cli.run('exports', 'list')).stdout).toMatch(new RegExp(`^ID .*\n${id} .* done +6,000 `));
    expect((await cli.run('exports', 'get', id)).stdout).toContain(
      `${id}: json of 2026-10, done, 6,000 of 6,000 lines`,
    );
    expect(await cli.run('exports', 'cancel', id)).toMatchObject({ stdout: `${id} is cancelled\n`, exitCode: 0 });
    const gone = await cli.run('exports', 'get', id, '--out', join(cli.folder, 'e.json'));
    expect(gone).toMatchObject({ exitCode: 1, stderr: `apportion: export ${id} is cancelled` });
    expect(await cli.run('exports', 'get', 'x')).toMatchObject({ exitCode: 1 });
  });

  it('leaves the work to the worker at Ctrl-C, and says how to fetch it', async () => {
    held = await holdLinesFrom(app.database.url, LINES);
    const out = join(cli.folder, 'f.json');
    const heard = process.listenerCount('SIGINT');
    const running = run(out);
    await eventually(async () => {
      expect(process.listenerCount('SIGINT')).toBeGreaterThan(heard);
      const job = await ask<ExportWire>(app, 'GET', `/v1/exports/${await latest()}`);
      expect(job.state).toBe('running');
      expect(job.progress.done).toBeGreaterThan(0);
    }, 60_000);
    process.emit('SIGINT');
    const { exitCode, stderr } = await running;
    const id = await latest();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`apportion exports get ${id} --out ${out}`);
    expect(existsSync(out)).toBe(false);
    expect(await ask<ExportWire>(app, 'GET', `/v1/exports/${id}`)).toMatchObject({ state: 'running' });
    await held.release();
    held = undefined;
    expect(await cli.run('exports', 'get', id, '--out', out)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(out).equals(whole)).toBe(true);
  });
});
