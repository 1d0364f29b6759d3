import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { formatMinor, parsePicos } from '#money';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Cli, cliFor } from './cli-harness.js';
import { type Proxy, startProxy } from './cli-proxy.js';

const COST_RECORDS = `pool,provider,region,instance_type,pricing_model,hourly_rate,currency,count,from,to
h100,aws,us-east-1,p5.48xlarge,on_demand,55.04,USD,1,2023-11-16T18:07:00Z,2023-11-16T19:15:00Z
`;
/** What those 68 minutes cost: 55.04 x 68 / 60, half-even at a pico; in cents. */
const COST = '62.378666666667';
const COST_CENTS = '62.38';

const event = (id: string, team: string, minute: number, output: number, more: object = {}) => ({
  source: 'gw',
  id,
  occurredAt: `2023-11-16T18:${minute}:00Z`,
  team,
  model: 'llama',
  pool: 'h100',
  tokens: { inputUncached: 100, output },
  ...more,
});
const EVENTS = [
  event('1', 'search', 20, 333),
  event('2', '=cmd|calc', 25, 100, { project: 'a "quoted", name' }),
  event('3', 'ads', 40, 777, { tags: { feature: 'x' } }),
  event('4', 'search', 59, 1),
  { ...event('5', 'ads', 59, 10), pool: undefined, provider: 'openai', model: 'no-such-model' },
];

interface Row {
  readonly team: string;
  readonly project: string;
  readonly pool: string;
  readonly effective_cost: string;
  readonly billed_amount: string;
  readonly requests: string;
}

describe('apportion, from events to the chargeback', () => {
  let app: TestApp;
  let cli: Cli;
  beforeAll(async () => {
    app = await startTestApp();
    cli = cliFor(app);
    await cli.run('pools', 'create', 'h100', '--basis', 'weighted_tokens', '--weights', 'inputUncached=1,output=2');
    await cli.run('cost-records', 'import', cli.write('costs.csv', COST_RECORDS));
    const file = cli.write('events.json', JSON.stringify(EVENTS, null, 2));
    expect(await cli.run('events', 'send', file)).toMatchObject({
      exitCode: 0,
      stdout: '5 accepted, 0 already known\n',
    });
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  it('knows events sent before, in whatever format', async () => {
    const ndjson = cli.write('events.ndjson', `${EVENTS.map((one) => JSON.stringify(one)).join('\n\n')}\n`);
    expect((await cli.run('events', 'send', ndjson)).stdout).toBe('0 accepted, 5 already known\n');
  });

  it('shows the bill: the pool is explained to the cent, unpriced usage is named', async () => {
    const { stdout, exitCode } = await cli.run('bill', '--period', '2023-11');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ALL TEAMS +5 +.* +62\.38 +1$/m);
    expect(stdout).toMatch(/^h100 +62\.38 +.* +62\.38 +0\.00/m);
    expect(stdout).toMatch(/^Unpriced: 1 requests? with 110 tokens/m);
    expect((await cli.run('bill', '--period', '2023-11', '--team', 'search', '--no-lines')).stdout).not.toContain(
      'ads',
    );
    const json: unknown = JSON.parse((await cli.run('bill', '--period', '2023-11', '--json')).stdout);
    expect(json).toMatchObject({ pools: [{ cost: { effective: COST, billed: COST_CENTS }, unexplained: '0' }] });
  });

  it('exports a file that another parser reads, and whose cents sum to what the instances cost', async () => {
    const out = join(cli.folder, 'chargeback.csv');
    const result = await cli.run('export', 'chargeback', '--period', '2023-11', '--out', out);
    expect(result).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/chargeback\.csv: \d+ rows, 62\.38 USD, SHA-256/),
    });

    const bytes = readFileSync(out);
    const rows: Row[] = parse(bytes, { columns: true, record_delimiter: '\r\n' });
    const manifest: unknown = JSON.parse(readFileSync(`${out}.manifest.json`, 'utf8'));
    expect(manifest).toMatchObject({ rows: rows.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    expect(readdirSync(cli.folder).filter((name) => name.includes('partial'))).toEqual([]);

    const pooled = rows.filter(({ pool }) => pool === 'h100');
    const cents = pooled.reduce((sum, row) => sum + BigInt(row.billed_amount.replace('.', '')), 0n);
    expect(formatMinor(cents, 'USD')).toBe(COST_CENTS);
    expect(pooled.reduce((sum, row) => sum + (parsePicos(row.effective_cost) ?? 0n), 0n)).toBe(parsePicos(COST));
    expect(rows.reduce((sum, { requests }) => sum + Number(requests), 0)).toBe(EVENTS.length);
    expect(rows.map(({ team }) => team)).toContain("'=cmd|calc");
    expect(rows.map(({ project }) => project)).toContain('a "quoted", name');
    expect(rows.filter(({ effective_cost: cost }) => cost === '')).toMatchObject([
      { team: 'ads', billed_amount: '' },
      { team: 'ads' },
    ]);
  });

  it('exports FOCUS with what has no cost left out and counted', async () => {
    const out = join(cli.folder, 'focus.csv');
    const result = await cli.run('export', 'focus', '--period', '2023-11', '--out', out, '--focus-version', '1.3');
    expect(result).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/focus\.csv: \d+ rows, 62\.38 USD, SHA-256/),
      stderr: expect.stringContaining('2 unpriced lines left out'),
    });
    const rows: Record<string, string>[] = parse(readFileSync(out), { columns: true, record_delimiter: '\r\n' });
    expect(JSON.parse(readFileSync(`${out}.manifest.json`, 'utf8'))).toMatchObject({
      rows: rows.length,
      focusVersion: '1.3',
      unpriced: { lines: 2, requests: '1', tokens: '110' },
    });
    const effective = rows.reduce((sum, row) => sum + (parsePicos(row.EffectiveCost ?? '') ?? 0n), 0n);
    expect(effective).toBe(parsePicos(COST));
    const bad = await cli.run('export', 'focus', '--period', '2023-11', '--out', out, '--focus-version', '2');
    expect(bad).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Allowed choices are 1.2, 1.3') });
  });

  it('agrees with the raw events, and no longer when a bucket is changed', async () => {
    expect(await cli.run('verify', '--period', '2023-11')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^2023-11 agrees: 5 events, 5 buckets/),
    });
    await app.database.dataSource.query(
      `update metered_usage set output = output + 1 where charge_period = '2023-11-16T18:30:00Z'`,
    );
    const wrong = await cli.run('verify', '--period', '2023-11');
    expect(wrong).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/does not agree. First difference: bucket .*18:30/),
    });
    await app.database.dataSource.query(
      `update metered_usage set output = output - 1 where charge_period = '2023-11-16T18:30:00Z'`,
    );
  });

  it('brings a refused event back when it is put right', async () => {
    const file = cli.write('refused.ndjson', `${JSON.stringify(event('6', 'search', 10, -5))}\nnot json\n`);
    const sent = await cli.run('events', 'send', file);
    expect(sent).toMatchObject({
      exitCode: 1,
      stdout: '0 accepted, 0 already known, 2 rejected (see apportion quarantine list)\n',
      stderr: expect.stringMatching(
        /line 1: \/tokens\/output .*\[event\.tokens_negative\]\nline 2: .*\[event\.malformed_json\]/,
      ),
    });
    const listed = JSON.parse((await cli.run('quarantine', 'list', '--json')).stdout) as {
      quarantineId: string;
      code: string;
    }[];
    const idOf = (code: string) => listed.find((one) => one.code === code)?.quarantineId ?? '';
    expect((await cli.run('quarantine', 'list', '--code', 'event.tokens_negative')).stdout).toMatch(/\/tokens\/output/);
    expect((await cli.run('quarantine', 'show', idOf('event.malformed_json'))).stdout).toContain('"raw": "not json"');

    const fixed = cli.write('fixed.json', JSON.stringify(event('6', 'search', 10, 5)));
    const replayed = await cli.run('quarantine', 'replay', idOf('event.tokens_negative'), '--event', fixed);
    expect(replayed.exitCode).toBe(0);
    await expect(doneBatch(cli, replayed.stdout.trim())).resolves.toMatch(/^done, metered .*: 1 events?, 1 accepted/);
    expect((await cli.run('quarantine', 'replay', idOf('event.tokens_negative'))).exitCode).toBe(4);
    expect((await cli.run('quarantine', 'discard', idOf('event.malformed_json'), '--reason', 'noise')).exitCode).toBe(
      0,
    );
    expect((await cli.run('quarantine', 'list')).stderr).toBe('nothing is in quarantine');
  });

  // The last of all: what is closed stays so.
  it('closes a month, issues it and shows its journal', async () => {
    const held = await cli.run('close', '--period', '2023-11', '--check');
    expect(held).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('the close of 2023-11 is held') });
    expect(held.stderr).toContain('unpriced_usage: 2 lines have no known cost, of ');
    expect(await cli.run('close', '--period', '2023-11')).toMatchObject({ exitCode: 4 });
    expect(await cli.run('close', '--period', '2023-11', '--accept', 'everything')).toMatchObject({ exitCode: 2 });
    const closed = await cli.run('close', '--period', '2023-11', '--accept', 'unpriced_usage', '--reason', 'not ours');
    expect(closed).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^2023-11 closed by .*, 62\.38 USD\n$/),
    });
    expect(await cli.run('issue', '--period', '2023-11')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^2023-11 issued by bootstrap/),
    });
    expect((await cli.run('closes')).stdout).toMatch(/ 1 +2023-11 +62\.38 +USD/);
    const { stdout: journal } = await cli.run('journal', '--period', '2023-11');
    expect(journal).toMatch(/clearing:pool:h100 +62\.38/);
    expect(journal).toMatch(/total USD +62\.38 +62\.38/);
    expect((await cli.run('bill', '--period', '2023-11')).stdout).toMatch(/^2023-11 \(issued\)/);
    expect(await cli.run('verify', '--period', '2023-11')).toMatchObject({ exitCode: 0 });
  });
});

/** Shows a batch until it is done. */
async function doneBatch(cli: Cli, batchId: string): Promise<string> {
  for (;;) {
    const { stdout } = await cli.run('batches', 'show', batchId);
    if (!stdout.startsWith('pending')) return stdout;
  }
}

describe('apportion export chargeback when things go wrong', () => {
  let app: TestApp;
  let proxy: Proxy;
  let cli: Cli;
  beforeAll(async () => {
    app = await startTestApp();
    proxy = await startProxy(app.url);
    cli = cliFor({ url: proxy.url, key: app.key });
  });
  afterAll(async () => {
    cli.remove();
    await proxy.close();
    await app.close();
  });

  it.each([
    ['is cut off', 'billing_period,team\r\n2023-11,x'],
    ['is not what its manifest says', 'billing_period,team\r\n2023-11,x\r\n'],
  ])('leaves what was there when the file %s', async (_, body) => {
    const out = join(cli.folder, 'chargeback.csv');
    writeFileSync(out, 'last month');
    proxy.intercept = (request, response) => {
      if (!request.url?.includes('.csv')) return false;
      response.writeHead(200, { 'content-type': 'text/csv' });
      response.end(body);
      return true;
    };
    const result = await cli.run('export', 'chargeback', '--period', '2023-11', '--out', out);
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(readFileSync(out, 'utf8')).toBe('last month');
    expect(readdirSync(cli.folder).filter((name) => name.startsWith('.') || name.includes('manifest'))).toEqual([]);
  });

  it('leaves nothing when the connection breaks half-way', async () => {
    const out = join(cli.folder, 'broken.csv');
    proxy.intercept = (request, response) => {
      if (!request.url?.includes('.csv')) return false;
      response.writeHead(200, { 'content-type': 'text/csv', 'content-length': '1000' });
      response.write('billing_period,team\r\n', () => response.destroy());
      return true;
    };
    const result = await cli.run('export', 'chargeback', '--period', '2023-11', '--out', out);
    expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('cannot reach') });
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(cli.folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('says when the folder is not there', async () => {
    proxy.intercept = () => false;
    const result = await cli.run('export', 'chargeback', '--period', '2023-11', '--out', '/nowhere/at/all.csv');
    expect(result).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('/nowhere/at/all.csv cannot be written'),
    });
  });
});
