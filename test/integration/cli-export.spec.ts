import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { chargebackRows, sumBy } from '../support/statement.js';
import { sendAndWait, usageEvent } from '../support/usage-events.js';
import { type Cli, cliFor } from './cli-harness.js';

describe('apportion export, of a closed month', () => {
  let app: TestApp;
  let cli: Cli;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2026, 10, 2));
    cli = cliFor(app);
    await setUpPool(app, {
      ...{ pool: 'p5', hourlyRate: '55.04', weights: { inputUncached: '1', output: '2' } },
      ...{ from: '2026-10-01T10:00:00Z', to: '2026-10-01T11:00:00Z' },
    });
    await ask(app, 'PUT', '/v1/teams/search', { costCenter: 'cc-7' });
    await sendAndWait(app, [
      usageEvent('a', { pool: 'p5', occurredAt: '2026-10-01T10:05:00Z' }),
      usageEvent('b', { pool: 'p5', team: 'ads', occurredAt: '2026-10-01T10:06:00Z' }),
    ]);
    await ask(app, 'POST', '/v1/statements/2026-10/close');
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  const exported = async (format: string, ...words: string[]) => {
    const out = join(cli.folder, format);
    const result = await cli.run('export', format, '--period', '2026-10', '--out', out, ...words);
    const manifest = () => JSON.parse(readFileSync(`${out}.manifest.json`, 'utf8')) as unknown;
    return { ...result, out, manifest };
  };

  it('writes the journal with the codes of the general ledger', async () => {
    expect(await cli.run('ledger-accounts', 'set', 'chargeback', '--code', '6100')).toMatchObject({
      stdout: 'chargeback: 6100\n',
      exitCode: 0,
    });
    await cli.run('ledger-accounts', 'set', 'cc-7', '--cost-center', '--code', 'K7');
    await cli.run('ledger-accounts', 'set', 'cc-8', '--cost-center', '--code', 'K8');
    expect((await cli.run('ledger-accounts', 'set', 'cc-8', '--cost-center', '--no-code')).stdout).toBe(
      'cc-8: (no code)\n',
    );
    expect(await cli.run('ledger-accounts', 'set', 'x')).toMatchObject({ exitCode: 2 });
    await cli.run('ledger-accounts', 'set', 'chargeback', '--code', '7100', '--from', '2999-01-01T00:00:00Z');
    expect((await cli.run('ledger-accounts', 'list')).stdout).toMatch(
      /^chargeback +account +6100 +1970-01-01T00:00:00Z *\ncc-7 +cost centre +K7 .*\ncc-8 +cost centre +2026/m,
    );

    const { stdout, stderr, exitCode, out, manifest } = await exported('journal');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/: 4 rows, 55\.04 USD, SHA-256 [0-9a-f]{64}\n$/);
    expect(stderr).toContain('no ledger code for the account clearing:pool:p5');
    const rows = chargebackRows(readFileSync(out, 'utf8'));
    expect(sumBy(rows, 'debit', 'period')).toEqual(sumBy(rows, 'credit', 'period'));
    expect(rows.map(({ account, cost_center: center, team }) => [account, center, team].join(' '))).toEqual([
      '6100  ads',
      '6100  platform',
      '6100 K7 search',
      'clearing:pool:p5  ',
    ]);
    expect(manifest()).toMatchObject({ debits: '55.04', credits: '55.04', unmappedAccounts: ['clearing:pool:p5'] });
  });

  it('writes the summary and JSON, whole or of one team', async () => {
    const summary = await exported('summary');
    expect(summary.stdout).toMatch(/: 3 rows, 55\.04 USD, SHA-256/);
    expect(chargebackRows(readFileSync(summary.out, 'utf8')).map(({ team }) => team)).toEqual([
      'ads',
      'platform',
      'search',
    ]);
    const json = await exported('json', '--team', 'search');
    expect(json.exitCode).toBe(0);
    expect(JSON.parse(readFileSync(json.out, 'utf8'))).toMatchObject({
      team: 'search',
      state: 'closed',
      lines: [{}, {}, {}],
    });
    expect(await exported('summary', '--team', 'nobody')).toMatchObject({ exitCode: 1 });
  });

  it.each([
    ['xlsx', 'PK', 7, '55.04'],
    ['parquet', 'PAR1', 7, '55.04'],
    ['pdf', '%PDF', 3, undefined],
  ])('writes %s, with a manifest beside it', async (format, magic, rows, total) => {
    const { exitCode, stdout, out, manifest } = await exported(
      format,
      ...(format === 'pdf' ? ['--team', 'search'] : []),
    );
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    const bytes = readFileSync(out);
    expect(bytes.toString('latin1', 0, magic.length)).toBe(magic);
    expect(manifest()).toMatchObject({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length });
    if (total !== undefined) expect(manifest()).toMatchObject({ total: { billed: total } });
    expect(stdout).toContain(total ?? ' rows, ');
    expect(Number(/: (\d+) rows/.exec(stdout)?.[1])).toBe(rows);
  });

  it('asks whose bill it shall be', async () => {
    expect(await exported('pdf')).toMatchObject({ exitCode: 2 });
  });
});
